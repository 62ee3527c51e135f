using System.Security.Cryptography;
using CsCheck;
using Errand.Protocol;
using Errand.Protocol.Tests;

namespace Errand.Client.Tests;

public sealed class ReceiptBundleTests
{
    private const int DigestSize = 32;
    private static readonly Lazy<AuditCase> Shared = new(() => new AuditCase(run: (net, task) =>
    {
        task.RunTo(TaskPhase.Ended);
        for (int i = 0; i < 3; i++) net.NextEpoch();
    }));

    private static readonly Lazy<byte[]> Full = new(() => Shared.Value.Export(checkpoint: Shared.Value.Checkpoint(Shared.Value.Net.History.Count)));

    private static readonly Lazy<byte[]> Short = new(() => Shared.Value.Export(withLog: false, checkpoint: Shared.Value.Checkpoint(Shared.Value.Net.History.Count)));

    [Fact]
    public void Bundle_comes_back_byte_for_byte()
    {
        foreach (byte[] file in (byte[][])[Full.Value, Shared.Value.Export(), Shared.Value.Export(withLog: false), Short.Value])
        {
            Assert.True(ReceiptBundle.TryDecode(file, out ReceiptBundle? bundle));
            Assert.Equal(file, bundle.Encode());
        }
    }

    [Fact]
    public void Any_flipped_byte_is_refused_with_a_code()
    {
        byte[] good = Full.Value;
        Assert.Equal(2, Shared.Value.Verify(good).Level);
        Gen.Select(Gen.Int[0, good.Length - 1], Gen.Byte[1, 255]).Sample(
            (at, change) =>
            {
                byte[] bad = [.. good];
                bad[at] ^= change;
                AuditReport report = Shared.Value.Verify(bad);
                return report.Level == 0 && report.Code.Code().StartsWith("audit/", StringComparison.Ordinal);
            },
            iter: 2_000);
    }

    [Fact]
    public void Any_flipped_byte_under_a_fresh_digest_is_refused_with_a_code()
    {
        // The digest stops accidents only; a liar computes it anew. Then signatures, fold and checkpoint must stop the lie.
        byte[] good = Full.Value;
        Gen.Select(Gen.Int[0, good.Length - DigestSize - 1], Gen.Byte[1, 255]).Sample(
            (at, change) =>
            {
                byte[] bad = [.. good];
                bad[at] ^= change;
                SHA256.HashData(bad.AsSpan(..^DigestSize)).CopyTo(bad, bad.Length - DigestSize);
                AuditReport report = Shared.Value.Verify(bad);
                return report.Level == 0 && report.Code.Code().StartsWith("audit/", StringComparison.Ordinal);
            },
            iter: 60,
            threads: 1);
    }

    [Fact]
    public void Truncated_lengthened_and_foreign_files_are_malformed()
    {
        byte[] good = Full.Value;
        for (int size = 0; size < 200; size++) Assert.Equal(AuditCode.Malformed, Shared.Value.Verify(good[..size]).Code);
        Assert.Equal(AuditCode.Malformed, Shared.Value.Verify(good[..^1]).Code);
        Assert.Equal(AuditCode.Malformed, Shared.Value.Verify([.. good, 0]).Code);
        Assert.Equal(AuditCode.Malformed, Shared.Value.Verify("<html>"u8.ToArray()).Code);
    }

    [Fact]
    public void Times_beyond_the_calendar_are_malformed()
    {
        ReceiptBundle bundle = Shared.Value.Bundle(withLog: false);
        Assert.Equal(AuditCode.Malformed, Shared.Value.Verify(bundle with { Core = bundle.Core with { EvidenceMilliseconds = 1L << 50 } }).Code);
        Assert.Equal(AuditCode.Malformed, Shared.Value.Verify(bundle with { Core = bundle.Core with { OfferMilliseconds = 253_402_300_800_000 } }).Code);
    }

    [Fact]
    public async Task Export_refuses_tasks_without_a_receipt()
    {
        TestNetwork net = TestNetwork.WithExecutors();
        TestTask running = net.MustSubmit().RunTo(TaskPhase.Running);
        TestTask denied = net.MustSubmit();
        net.Must(denied.OwnerOf(denied.App), new DenyEntry { Task = denied.Id, Asset = denied.App, Reason = DenyReason.Requester, Attempt = 0 });
        await RefusedAsync(net, running.Id, "task/unfinished");
        await RefusedAsync(net, denied.Id, "task/not-completed");
        await RefusedAsync(net, default, "task/unknown");
    }

    [Fact]
    public void Export_refuses_checkpoints_of_another_ledger_or_history()
    {
        AuditCase audit = Shared.Value;
        AuditCase other = new("other");
        AuditCase fork = new(before: net => net.NextEpoch());
        Assert.Equal("ledger/tampered", Code(() => audit.Export(checkpoint: other.Checkpoint(10))));
        Assert.Equal("ledger/tampered", Code(() => audit.Export(checkpoint: fork.Checkpoint(audit.ReceiptPosition + 1))));
        Assert.Equal("task/unfinished", Code(() => audit.Export(checkpoint: audit.Checkpoint(audit.ReceiptPosition))));
    }

    private static string Code(Action action) => Assert.Throws<ClientException>(action).Code;

    private static async Task RefusedAsync(TestNetwork net, Primitives.TaskId task, string code)
    {
        ClientException refused = await Assert.ThrowsAsync<ClientException>(() => BundleExporter.ExportAsync(
            net.State.Genesis.Encode(), new ListLedger(net.History), task, withLog: true, checkpoint: null, TestContext.Current.CancellationToken));
        Assert.Equal(code, refused.Code);
    }
}
