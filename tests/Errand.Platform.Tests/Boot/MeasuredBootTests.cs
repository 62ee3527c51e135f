using System.Security.Cryptography;
using Errand.Attestation;
using Errand.Tpm;

namespace Errand.Platform.Tests;

/// <summary>
/// Evidence of machines that really booted: OVMF measures, Linux shows the log and the TPM, and the code of nodes and verifiers does the
/// rest. One TPM boots four systems.
/// </summary>
public sealed class MeasuredBootTests : IAsyncLifetime
{
    private const long Memory = 256 << 20;
    private const string CommandLine = "console=ttyS0 quiet panic=-1 cryptomgr.notests tsc=reliable no_timer_check random.trust_cpu=on nowatchdog";
    private static readonly PcrSet Measured = PcrSet.Of(0, 1, 2, 3, 4, 5, 6, 7, 9);

    private readonly string _folder = Directory.CreateTempSubdirectory("errand-boot").FullName;
    private readonly SwtpmAuthority _authority;

    public MeasuredBootTests() => _authority = new SwtpmAuthority(At("authority"));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Boot_is_accepted_by_its_own_reference_and_another_kernel_initrd_or_command_line_is_not()
    {
        Assert.SkipWhen(BootFiles.Missing is not null, $"No machine is booted here: {BootFiles.Missing}.");
        await _authority.ManufactureAsync(At("tpm"), Cancellation);
        var listed = new DirectBoot(await File.ReadAllBytesAsync(BootFiles.Kernel, Cancellation), await GuestImage.BuildAsync(_folder, "listed", Cancellation), CommandLine);

        Boot reference = await BootAsync("reference", listed, useAll: true);
        PlatformReference made = ReferenceOf("the reference boot", reference.Evidence.Pcrs);
        AttestationResult accepted = Appraise(reference, made);
        Assert.True(accepted.Accepted, accepted.FirstFailure?.ToString());
        Assert.Equal(AttestationReason.SecureBoot, PlatformAppraiser.Appraise(reference.Evidence, Policy(reference.Nonce, [made]) with { RequireSecureBoot = true }, Now).Result.Reason);

        // The same, calculated from the files alone; PCRs 0 to 3 and 5 to 7 are the firmware's and the machine's.
        PcrBank calculated = Calculate(listed);
        Assert.Equal(PcrSet.Of(4, 9), calculated.Pcrs);
        foreach (int index in calculated.Pcrs.Indices()) Assert.Equal(Convert.ToHexString(calculated[index].Span), Convert.ToHexString(reference.Evidence.Pcrs[index].Span));

        byte[] kernel = listed.Kernel.ToArray();
        // The time stamp of its PE header: nobody reads it, and it is hashed.
        const int PeOffset = 0x3C, TimeStamp = 8;
        kernel[BitConverter.ToInt32(kernel, PeOffset) + TimeStamp] ^= 1;
        (string What, DirectBoot Boot, int Pcr)[] others =
        [
            ("kernel", listed with { Kernel = kernel }, 4),
            ("initrd", listed with { Initrd = await GuestImage.BuildAsync(_folder, "other.", Cancellation) }, 9),
            ("command line", listed with { CommandLine = CommandLine + " init=/init" }, 9),
        ];
        foreach ((string what, DirectBoot boot, int pcr) in others)
        {
            Boot other = await BootAsync(what.Replace(' ', '-'), boot, useAll: false);
            AttestationResult rejected = Appraise(other, made);
            Assert.Equal(AttestationReason.Measurement, rejected.Reason);
            Assert.Contains($"PCR {pcr}", rejected.FirstFailure!.Actual, StringComparison.Ordinal);
            Assert.Equal([pcr], Measured.Indices().Where(index => !other.Evidence.Pcrs[index].Span.SequenceEqual(reference.Evidence.Pcrs[index].Span)));
            Assert.Equal(Convert.ToHexString(Calculate(boot)[pcr].Span), Convert.ToHexString(other.Evidence.Pcrs[pcr].Span));
            // It is good evidence of what it is: with a reference of its own, and still not with the log of the listed boot.
            Assert.True(Appraise(other, ReferenceOf(what, other.Evidence.Pcrs)).Accepted);
            Assert.Equal(AttestationReason.EventLog, Appraise(other with { Evidence = other.Evidence with { EventLog = reference.Evidence.EventLog } }, made).Reason);
            Assert.Equal(reference.Evidence.AkPublic.ToArray(), other.Evidence.AkPublic.ToArray());
        }
    }

    [Fact]
    public async Task Registers_calculated_for_a_TDX_domain_are_what_firmware_and_kernel_of_a_real_boot_log()
    {
        Assert.SkipWhen(BootFiles.Missing is not null, $"No machine is booted here: {BootFiles.Missing}.");
        Directory.CreateDirectory(At("wide"));
        await SwtpmTools.RunAsync("swtpm_setup", ["--tpm2", "--tpmstate", At("wide"), "--pcr-banks", "sha256,sha384", "--overwrite"], Cancellation);
        var boot = new DirectBoot(await File.ReadAllBytesAsync(BootFiles.Kernel, Cancellation), await GuestImage.BuildAsync(_folder, "wide", Cancellation), CommandLine);
        EventLog log;
        await using (BootedMachine machine = await BootedMachine.StartAsync(At("wide-run"), At("wide"), boot, Memory, Cancellation)) log = EventLog.TryParse(machine.EventLog)!;
        Assert.Contains(TpmAlgorithm.Sha384, log.Algorithms);

        // UEFI's mapping for confidential guests (section 38.4.1): PCRs 2 to 6 are RTMR 1, 8 to 15 RTMR 2. Of PCR 5 a domain that boots a kernel directly has its exit alone, and it extends no
        // separators but the one: a TPM has one in each PCR.
        byte[] Replay(Func<LoggedEvent, bool> chosen) => log.Events.Where(item => item.Extends && chosen(item))
            .Aggregate(new byte[48], (value, item) => SHA384.HashData([.. value, .. item.Digest(TpmAlgorithm.Sha384)!.Value.Span]));
        DirectBoot filled = boot with { Kernel = LinuxBootHeader.TryFill(boot.Kernel.Span, boot.Initrd.Length, (ulong)Memory)! };
        TdxRuntimeRegisters calculated = TdxRuntimeRegisters.Calculate(filled, out _)!;
        Assert.Equal(Convert.ToHexString(calculated.Rtmr1.Span), Convert.ToHexString(Replay(item => item.PcrIndex == 4 || (item.PcrIndex == 5 && item.Data.Span.StartsWith("Exit Boot Services"u8)))));
        Assert.Equal(Convert.ToHexString(calculated.Rtmr2.Span), Convert.ToHexString(Replay(item => item.PcrIndex is >= 8 and <= 15)));
        // Nothing of PCRs 2, 3 and 6 would come between: their separators are all that they have.
        Assert.All(log.Events.Where(item => item.Extends && item.PcrIndex is 2 or 3 or 6), item => Assert.Equal(new byte[4], item.Data.ToArray()));
    }

    private async Task<Boot> BootAsync(string name, DirectBoot boot, bool useAll)
    {
        await using BootedMachine machine = await BootedMachine.StartAsync(At(name), At("tpm"), boot, Memory, Cancellation);
        await File.WriteAllBytesAsync(At($"{name}.log"), machine.EventLog, Cancellation);
        await using LiveTpm tpm = await LiveTpm.OpenAsync(machine, new LiveTpmOptions
        {
            AttestationKeyFile = At("ak"),
            EventLogFile = At($"{name}.log"),
            Template = SwtpmAuthority.Template,
            IssuerCertificates = _authority.Certificates,
        }, TimeProvider.System, Cancellation);
        byte[] nonce = SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(name));
        var taken = new Boot(nonce, await tpm.CollectAsync(nonce, Measured, Cancellation));
        if (useAll) await UseAllAsync(machine, tpm);
        return taken;
    }

    // Behind a kernel's resource manager all that a node asks of its TPM goes as it does on the bare one.
    private async Task UseAllAsync(BootedMachine machine, LiveTpm tpm)
    {
        byte[] secret = RandomNumberGenerator.GetBytes(32);
        Assert.Equal(secret, await tpm.ActivateCredentialAsync(MakeCredential.Create(tpm.EkPublic, tpm.AkPublic.Name, secret)!, Cancellation));
        Assert.Null(await tpm.ActivateCredentialAsync(MakeCredential.Create(tpm.EkPublic, [0, 0x0B, .. new byte[32]], secret)!, Cancellation));
        await SealedNodeKeys.SealAsync(tpm, secret, SealedNodeKeys.DefaultPcrs, At("keys"), Cancellation);
        Assert.Equal(secret, await SealedNodeKeys.TryUnsealAsync(tpm, At("keys"), Cancellation));
        for (int i = 0; i < 20; i++) await tpm.QuoteAsync(secret, Measured, Cancellation);
        var client = new TpmClient(machine, TimeProvider.System);
        Assert.Empty(await client.ReadHandlesAsync(TpmHandles.TransientFirst, Cancellation));
        Assert.Empty(await client.ReadHandlesAsync(TpmHandles.LoadedSessionFirst, Cancellation));
    }

    private static PcrBank Calculate(DirectBoot boot)
    {
        // QEMU 7.2 fills in the kernel's header before the firmware sees it.
        ReadOnlyMemory<byte> filled = LinuxBootHeader.TryFill(boot.Kernel.Span, boot.Initrd.Length, (ulong)Memory) ?? throw new InvalidOperationException("The kernel has no boot header.");
        return PcrCalculator.Calculate(boot with { Kernel = filled }, TpmAlgorithm.Sha256, out _)!;
    }

    private static PlatformReference ReferenceOf(string name, PcrBank values) => new() { Name = name, Pcrs = values.Pcrs.Indices().ToDictionary(index => index, index => values[index]) };

    private AttestationResult Appraise(Boot boot, PlatformReference reference) => PlatformAppraiser.Appraise(boot.Evidence, Policy(boot.Nonce, [reference]), Now).Result;

    private PlatformPolicy Policy(byte[] nonce, IReadOnlyList<PlatformReference> references) => Vendors.PolicyFor(nonce) with
    {
        Roots = TrustedRoots.None.DangerousPinDevelopmentRoot(RootClass.TpmHardware, "swtpm's local authority", _authority.RootDigest),
        EkTemplates = new Dictionary<TpmVendor, EkTemplate> { [SwtpmAuthority.Vendor] = SwtpmAuthority.Template },
        RequiredPcrs = Measured,
        Class = PlatformClass.Platform,
        References = references,
        RequireSecureBoot = false,
    };

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    private string At(string name) => Path.Combine(_folder, name);

    private sealed record Boot(byte[] Nonce, PlatformEvidence Evidence);
}
