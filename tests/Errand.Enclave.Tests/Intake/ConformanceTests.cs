using System.Security.Cryptography;
using System.Text;
using Errand.Cryptography;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Enclave.Tests;

public sealed class ConformanceTests
{
    private static CancellationToken Cancellation => TaskFixture.Cancellation;

    [Fact]
    public async Task T_23_content_two_keys_is_refused_by_the_key_commitment()
    {
        using ContentKey first = ContentKey.FromBytes(TaskFixture.Seed(1)), second = ContentKey.FromBytes(TaskFixture.Seed(2));
        (byte[] file, ContentId content, SealedFileHeader header) = Salamander.Seal(first, second);
        Assert.True(Salamander.OpensUnder(first, file, header) && Salamander.OpensUnder(second, file, header));

        var asset = new SealedAsset(SigningKey.FromSeed(TaskFixture.Seed(11)), first, new byte[32], file, content);
        using TaskFixture honest = new() { App = SealedAsset.Of(Wasmtime.Module.ConvertText(Apps.Copy), 10), Data = [(asset, "secret")] };
        Assert.Equal(AbortReason.None, (await LocalEnclave.RunAsync(honest)).Reason);
        Assert.Equal(AbortReason.KeyCommitment, await ReleaseAsync(honest, (asset, enclave) => honest.Release(asset, enclave, second)));
    }

    [Theory]
    [InlineData(14)] // chunk size
    [InlineData(20)] // plaintext length
    [InlineData(30)] // salt
    [InlineData(60)] // key commitment
    public async Task T_24_header_swapped_has_another_content_id(int offset)
    {
        using TaskFixture task = TaskFixture.OfText(Apps.Copy);
        byte[] file = [.. task.Data[0].Asset.File];
        file[offset] ^= 1;
        Assert.Equal(AbortReason.ContentId, await InputsAsync(task, [task.App.ToInput(), task.Data[0].Asset.WithFile(file).ToInput()]));
    }

    [Fact]
    public async Task T_24_other_sealed_file_claimed_as_the_named_one_is_refused()
    {
        using TaskFixture task = TaskFixture.OfText(Apps.Copy);
        using SealedAsset other = SealedAsset.Of([1, 2, 3], owner: 11, key: 0x70);
        SealedAsset named = task.Data[0].Asset;
        EnclaveInput honestClaim = named.ToInput() with { Ciphertext = new MemoryStream(other.File), SizeBytes = other.File.Length };
        EnclaveInput otherClaim = other.ToInput() with { Asset = named.Id };
        EnclaveInput otherOwner = named.ToInput() with { Owner = task.Executor.PublicKey };
        foreach (EnclaveInput input in new[] { honestClaim, otherClaim, otherOwner })
            Assert.Equal(AbortReason.ContentId, await InputsAsync(task, [task.App.ToInput(), input]));
    }

    [Fact]
    public async Task T_25_recipients_swapped_gives_another_task_and_other_report_data()
    {
        using TaskFixture task = TaskFixture.OfText(Apps.Copy);
        using HpkePrivateKey thief = HpkePrivateKey.Generate(HpkeSuite.Default);
        SubmitEntry swapped = task.Submit with { Recipients = [thief.PublicKey.Encode()] };

        // The requester's signature does not cover the altered payload …
        CoseSign1 altered = CoseSign1.Assemble(task.Requester.PublicKey, EntrySigner.Payload(1, swapped), task.SubmitFrame.Signature);
        Assert.Equal(AbortReason.Submit, (await StartAsync(task.Start with { SubmitEntry = altered.Encoded })).Reason);

        // … and under another signature it is another task, for which no verifier has a matching state.
        CoseSign1 resigned = EntrySigner.Sign(task.Network, task.Executor, 1, swapped);
        EnclaveMessage.ReportRequest request = (await StartAsync(task.Start with { SubmitEntry = resigned.Encoded })).Value!;
        Assert.NotEqual(task.Task, request.Task);
        Assert.NotEqual(
            EvidenceEntry.ReportData(task.Network, task.Task, 1, task.Executor.PublicKey, task.DrawSeed, request.HpkeKey.Span, request.ReceiptKey),
            request.ReportData.ToArray());
    }

    [Fact]
    public async Task T_26_arguments_swapped_are_refused()
    {
        SealedAsset mine = SealedAsset.Of(SecretArguments.Encode(["--dose=3"]), owner: 1, key: 0x60);
        using SealedAsset others = SealedAsset.Of(SecretArguments.Encode(["--dose=9"]), owner: 1, key: 0x61);
        using TaskFixture task = TaskFixture.OfText(Apps.Echo, secret: mine);
        EnclaveInput[] honest = task.Inputs;
        Assert.Equal("app\0--dose=3\0", Encoding.UTF8.GetString((await LocalEnclave.RunAsync(task)).File("f")));

        EnclaveInput claimed = others.ToInput() with { Asset = mine.Id };
        EnclaveInput swapped = mine.ToInput() with { Ciphertext = new MemoryStream(others.File) };
        foreach (EnclaveInput input in new[] { claimed, swapped })
        {
            Assert.Equal(mine.File.Length, others.File.Length);
            Assert.Equal(AbortReason.ArgumentDigest, await InputsAsync(task, [task.App.ToInput(), input, task.Data[0].Asset.ToInput()]));
        }
    }

    [Fact]
    public async Task T_36_second_report_is_refused_in_every_later_state()
    {
        using TaskFixture task = TaskFixture.OfText(Apps.Copy);
        for (int state = 0; state < 3; state++)
        {
            (LocalEnclave enclave, IEnclaveSession session) = await LocalEnclave.LaunchAsync();
            await using (session)
            {
                var channel = new HostChannel(enclave.ToEnclave, enclave.FromEnclave);
                EnclaveMessage.ReportRequest request = (await session.StartAsync(task.Start, Cancellation)).Value!;
                await session.ProvideReportAsync(task.ReportBytes, Cancellation);
                if (state > 0) Assert.Equal(AbortReason.None, await session.ProvideInputsAsync(task.Inputs, Cancellation));
                if (state > 1) Assert.Equal(AbortReason.None, await session.SendReleaseAsync(task.App.Id, task.Release(task.App, request), Cancellation));
                await channel.SendAsync(new EnclaveMessage.Report(new byte[] { 9 }), Cancellation);
                // The request for input that the first report brought is still to be read in the first state.
                EnclaveAnswer<EnclaveMessage> answer = await channel.ReceiveAsync(Cancellation);
                if (state == 0) answer = await channel.ReceiveAsync(Cancellation);
                Assert.Equal(AbortReason.Order, answer.Reason);
            }
        }
    }

    [Fact]
    public async Task T_50_foreign_key_injected_is_refused()
    {
        using TaskFixture task = TaskFixture.OfText(Apps.Copy);
        using ContentKey chosen = ContentKey.Generate();
        // An HPKE message of the executor's own, in its own name; and another owner's signature.
        Assert.Equal(AbortReason.ReleaseSignature, await ReleaseAsync(task, (asset, enclave) => task.Release(asset, enclave, chosen, task.Executor)));
        Assert.Equal(AbortReason.ReleaseSignature, await ReleaseAsync(task, (asset, enclave) => task.Release(asset, enclave, signer: task.App.Owner)));
        // The right key, the owner's name, no signature of the owner.
        Assert.Equal(AbortReason.ReleaseSignature, await ReleaseAsync(task, (asset, enclave) =>
        {
            CoseSign1 foreign = CoseSign1.TryParse(task.Release(asset, enclave, signer: task.Executor))!;
            return CoseSign1.Assemble(asset.Owner.PublicKey, foreign.Payload, foreign.Signature).Encoded.ToArray();
        }));
        // Bare, not in a COSE_Sign1 frame.
        Assert.Equal(AbortReason.ReleaseSignature, await ReleaseAsync(task, (asset, enclave) => CoseSign1.TryParse(task.Release(asset, enclave))!.Payload.ToArray()));
    }

    [Theory]
    [InlineData("attempt")]
    [InlineData("task")]
    [InlineData("network")]
    [InlineData("enclave")]
    public async Task T_51_release_cross_is_refused(string what)
    {
        using TaskFixture task = TaskFixture.OfText(Apps.Copy, attempt: 2);
        using TaskFixture other = new()
        {
            App = SealedAsset.Of(Wasmtime.Module.ConvertText(Apps.Copy), owner: 10),
            Data = [(SealedAsset.Of([42], owner: 11, 0x41), "secret")],
            Attempt = what == "attempt" ? 1 : 2,
            Arguments = what == "task" ? ["other"] : [],
            ReportBytes = what == "enclave" ? [9, 9] : [1, 2, 3, 4],
            Network = what == "network" ? new NetworkId(TaskFixture.Filled(0x99)) : new NetworkId(TaskFixture.Filled(0x11)),
        };
        Assert.Equal(task.Data[0].Asset.Id, other.Data[0].Asset.Id);

        // What the owner released to the other enclave, sent to ours.
        (_, IEnclaveSession session) = await LocalEnclave.LaunchAsync();
        await using (session)
        {
            (AbortReason reason, EnclaveMessage.ReportRequest? enclave) = await other.PrepareAsync(session);
            Assert.Equal(AbortReason.None, reason);
            byte[] replayed = other.Release(other.Data[0].Asset, enclave!);
            Assert.Equal(AbortReason.None, await session.SendReleaseAsync(other.Data[0].Asset.Id, replayed, Cancellation));
            Assert.Equal(AbortReason.ReleaseContext, await ReleaseAsync(task, (_, _) => replayed));
        }
    }

    [Fact]
    public async Task T_51_release_of_one_asset_does_not_pass_for_another_of_the_same_owner()
    {
        using TaskFixture task = new()
        {
            App = SealedAsset.Of(Wasmtime.Module.ConvertText(Apps.Copy), owner: 10),
            Data = [(SealedAsset.Of([1], owner: 11, 0x41), "secret"), (SealedAsset.Of([2], owner: 11, 0x42), "more")],
        };
        Assert.Equal(AbortReason.ReleaseSignature, await ReleaseAsync(task, (_, enclave) => task.Release(task.App, enclave)));
        Assert.Equal(AbortReason.ReleaseContext, await ReleaseAsync(task, (_, enclave) => task.Release(task.Data[1].Asset, enclave)));
    }

    [Fact]
    public async Task Signed_release_without_a_usable_key_is_refused()
    {
        using TaskFixture task = TaskFixture.OfText(Apps.Copy);
        byte[] Signed(byte[] message, byte[] context) => CoseSigner.Sign(task.Data[0].Asset.Owner, context, message).Encoded.ToArray();
        byte[] context = ReleaseEntry.Context(task.Network, task.Task, 1, task.Data[0].Asset.Id, task.EvidenceDigest);
        Assert.Equal(AbortReason.ReleaseKey, await ReleaseAsync(task, (_, _) => Signed([1, 2, 3], context)));
        Assert.Equal(AbortReason.ReleaseKey, await ReleaseAsync(task, (_, enclave) => Signed(Hpke.Seal(HpkePublicKey.TryParse(enclave.HpkeKey.Span)!, context, [], new byte[31]), context)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task T_91_read_order_is_the_same_for_all_secrets(bool streamed)
    {
        async Task<int[][]> ReadsAsync(int offset)
        {
            byte[] data = new byte[300_000];
            BitConverter.TryWriteBytes(data, offset);
            using TaskFixture task = TaskFixture.OfText(Apps.ReadsInSecretOrder, data, TaskFixture.DefaultLimits with { Passes = 3 });
            (_, IEnclaveSession session) = await LocalEnclave.LaunchAsync(streamed ? task.App.File.Length : EnclaveLimits.InputBytesMax);
            await using (session)
            {
                EnclaveInput[] inputs = [.. task.Inputs.Select(input => input with { Ciphertext = new RecordingStream(input.Ciphertext) })];
                Assert.Equal(OutcomeCode.Ok, (await task.RunAsync(session, inputs)).Receipt!.Outcome);
                RecordingStream[] files = [.. inputs.Select(input => (RecordingStream)input.Ciphertext)];
                // Each file whole and in order: it was only ever sent to its beginning, and the sizes read add up to its length each time.
                Assert.Equal([1, streamed ? 4 : 1], files.Select(file => file.Rewinds));
                Assert.All(inputs.Zip(files), pair => Assert.Equal(pair.Second.Rewinds * pair.First.SizeBytes, pair.Second.Sizes.Sum()));
                return [.. files.Select(file => file.Sizes.ToArray())];
            }
        }
        Assert.Equal(await ReadsAsync(5), await ReadsAsync(299_999));
    }

    [Fact]
    public async Task T_92_outputs_of_1_and_limit_minus_1_bytes_have_equal_sealed_size()
    {
        TaskLimits limits = TaskFixture.DefaultLimits with { OutputBytes = 10_000, LogBytes = 0, PaddingBytes = 10_000 };
        async Task<TaskResult> RunAsync(int size)
        {
            using TaskFixture task = TaskFixture.OfText(Apps.OutputOfSecretSize, BitConverter.GetBytes(size), limits);
            return await LocalEnclave.RunAsync(task);
        }
        TaskResult none = await RunAsync(0), one = await RunAsync(1), most = await RunAsync(9_999), full = await RunAsync(10_000), over = await RunAsync(10_001);
        Assert.Equal(9_999, most.File("f").Length);
        Assert.Equal([none.SealedResult!.Length, most.SealedResult!.Length, full.SealedResult!.Length, over.SealedResult!.Length], Enumerable.Repeat(one.SealedResult!.Length, 4));
        Assert.Equal(OutcomeCode.Limit, over.Receipt!.Outcome);
        Assert.Empty(over.Package!.Files);
    }

    [Fact]
    public async Task T_93_public_receipts_do_not_show_what_a_run_cost()
    {
        using TaskFixture little = TaskFixture.OfText(Apps.WorkOfSecretAmount, BitConverter.GetBytes(1));
        using TaskFixture much = TaskFixture.OfText(Apps.WorkOfSecretAmount, BitConverter.GetBytes(5_000_015));
        Receipt first = (await LocalEnclave.RunAsync(little)).Receipt!, second = (await LocalEnclave.RunAsync(much)).Receipt!;
        Assert.Equal(first with { Task = second.Task, Result = second.Result, EvidenceDigest = second.EvidenceDigest }, second);
        Assert.Equal(first.Encode().Length, second.Encode().Length);
    }

    [Fact]
    public async Task T_94_digest_oracle_has_nothing_to_compare_with()
    {
        using TaskFixture task = TaskFixture.OfText(Apps.Copy, "yes"u8.ToArray());
        TaskResult first = await LocalEnclave.RunAsync(task), second = await LocalEnclave.RunAsync(task);
        Assert.Equal("yes"u8.ToArray(), first.File("f")[..3]);
        Assert.NotEqual(first.Receipt!.Result, second.Receipt!.Result);
        Assert.NotEqual(first.SealedResult!, second.SealedResult!);
        byte[] package = first.Package!.EncodePadded(task.Limits.PaddingBytes);
        foreach (byte[] plaintext in new[] { first.File("f"), "yes"u8.ToArray(), package })
            foreach (byte[] digest in new[] { SHA256.HashData(plaintext), SHA512.HashData(plaintext)[..32], MerkleHasher.Leaf(plaintext).ToArray() })
                Assert.True(first.ReceiptFrame.AsSpan().IndexOf(digest) < 0 && first.SealedResult.AsSpan().IndexOf(digest) < 0);
    }

    [Fact]
    public async Task T_95_randomness_is_the_task_s_and_needs_every_content_key()
    {
        using TaskFixture attempt1 = TaskFixture.OfText(Apps.Random), attempt2 = TaskFixture.OfText(Apps.Random, attempt: 2);
        byte[] random = (await LocalEnclave.RunAsync(attempt1)).File("f");
        Assert.Equal(attempt1.Task, attempt2.Task);
        Assert.Equal(random, (await LocalEnclave.RunAsync(attempt2)).File("f"));

        // By construction: HKDF over all keys. One other key, another task or another order give another stream.
        ContentKey[] keys = [.. attempt1.Assets.Select(asset => asset.Key)];
        byte[] Stream(TaskId task, params ContentKey[] used)
        {
            using var stream = new DeterministicRandom(AppRandom.DeriveKey(task, used));
            var bytes = new byte[32];
            stream.Fill(bytes);
            return bytes;
        }
        using ContentKey other = ContentKey.FromBytes(new byte[32]);
        Assert.Equal(random, Stream(attempt1.Task, keys));
        Assert.NotEqual(random, Stream(attempt1.Task, keys[0], other));
        Assert.NotEqual(random, Stream(attempt1.Task, other, keys[1]));
        Assert.NotEqual(random, Stream(attempt1.Task, keys[1], keys[0]));
        Assert.NotEqual(random, Stream(new TaskId(TaskFixture.Filled(5)), keys));
    }

    [Fact]
    public async Task T_96_attempts_give_the_same_plaintext()
    {
        using TaskFixture first = TaskFixture.Logreg(), second = TaskFixture.Logreg(attempt: 2);
        byte[] whole = (await LocalEnclave.RunAsync(first)).File("model.json");

        await using (var launcher = new ProcessEnclaveLauncher(new ProcessEnclaveOptions { Folder = EnclaveImage.FindFolder(), Warn = _ => { } }))
        await using (IEnclaveSession killed = (await launcher.LaunchAsync(Cancellation)).Value!)
        {
            (_, EnclaveMessage.ReportRequest? enclave) = await first.PrepareAsync(killed);
            foreach (SealedAsset asset in first.Assets) Assert.Equal(AbortReason.None, await killed.SendReleaseAsync(asset.Id, first.Release(asset, enclave!), Cancellation));
        }

        Assert.Equal(whole, (await LocalEnclave.RunAsync(second)).File("model.json"));
    }

    [Fact]
    public async Task T_98_error_channel_is_the_sealed_log_alone()
    {
        using TaskFixture loud = TaskFixture.OfText(Apps.LastWords, "TOPSECRT"u8.ToArray());
        TaskResult result = await LocalEnclave.RunAsync(loud);
        Assert.Equal(OutcomeCode.AppFailed, result.Receipt!.Outcome);
        Assert.Empty(result.Package!.Files);
        Assert.Equal("TOPSECRTtrap: Unreachable\n", Encoding.UTF8.GetString(result.Package.Log.Span));

        using TaskFixture silent = TaskFixture.OfText(Apps.LastWords, "TOPSECRT"u8.ToArray(), TaskFixture.DefaultLimits with { LogBytes = 0 });
        Assert.Equal(0, (await LocalEnclave.RunAsync(silent)).Package!.Log.Length);
    }

    [Fact]
    public async Task T_99_module_outside_the_profile_ends_the_task_before_it_runs()
    {
        using TaskFixture task = TaskFixture.OfText(Apps.Outside);
        Assert.Equal(AbortReason.WasmProfile, (await LocalEnclave.RunAsync(task)).Reason);
    }

    private static async Task<EnclaveAnswer<EnclaveMessage.ReportRequest>> StartAsync(EnclaveMessage.Start start)
    {
        (_, IEnclaveSession session) = await LocalEnclave.LaunchAsync();
        await using (session) return await session.StartAsync(start, Cancellation);
    }

    private static async Task<AbortReason> InputsAsync(TaskFixture task, EnclaveInput[] inputs)
    {
        (_, IEnclaveSession session) = await LocalEnclave.LaunchAsync();
        await using (session)
        {
            Assert.Equal(AbortReason.None, (await session.StartAsync(task.Start, Cancellation)).Reason);
            await session.ProvideReportAsync(task.ReportBytes, Cancellation);
            return await session.ProvideInputsAsync(inputs, Cancellation);
        }
    }

    /// <summary>Sends one release, for the first data asset, to a fresh enclave.</summary>
    private static async Task<AbortReason> ReleaseAsync(TaskFixture task, Func<SealedAsset, EnclaveMessage.ReportRequest, byte[]> make)
    {
        (_, IEnclaveSession session) = await LocalEnclave.LaunchAsync();
        await using (session)
        {
            (AbortReason reason, EnclaveMessage.ReportRequest? enclave) = await task.PrepareAsync(session);
            Assert.Equal(AbortReason.None, reason);
            SealedAsset asset = task.Data[0].Asset;
            return await session.SendReleaseAsync(asset.Id, make(asset, enclave!), Cancellation);
        }
    }
}
