using System.Diagnostics;
using System.Globalization;
using System.Text;
using Errand.Cryptography;
using Errand.Enclave;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Benchmarks;

/// <summary>A large file sealed, verified, resealed and read by an app in an enclave's process, with the memory that each takes; beside the same program reading the clear file.</summary>
internal sealed class StreamRunner : IDisposable
{
    private static readonly NetworkId Network = new(default);
    private readonly string _folder;
    private readonly long _size;
    private readonly ContentKey _key = ContentKey.Generate();
    private readonly SigningKey _owner = SigningKey.Generate(), _requester = SigningKey.Generate();
    private readonly HpkePrivateKey _recipient = HpkePrivateKey.Generate(HpkeSuite.Default);
    private ContentId _content;

    private StreamRunner(string folder)
    {
        _folder = folder;
        _size = new FileInfo(At("clear")).Length;
    }

    public static async Task<int> RunAsync(string folder)
    {
        using var runner = new StreamRunner(folder);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"a file of {runner._size / (double)(1 << 30):F1} GiB:"));
        runner.Seal();
        string native = runner.ReadNatively();
        string enclave = await runner.ReadInEnclaveAsync().ConfigureAwait(false);
        return native == enclave ? 0 : throw new InvalidOperationException($"'{enclave}' in the enclave, '{native}' outside.");
    }

    public void Dispose()
    {
        _key.Dispose();
        _owner.Dispose();
        _requester.Dispose();
        _recipient.Dispose();
    }

    private void Seal()
    {
        using FileStream clear = File.OpenRead(At("clear"));
        using var file = new FileStream(At("sealed"), FileMode.Create, FileAccess.ReadWrite);
        var options = new SealOptions { Workers = Environment.ProcessorCount };
        Measure("seal", () => _content = Good(SealedFile.Seal(clear, _size, file, _key, options)));
        file.Position = 0;
        Measure("verify without a key", () => Good(SealedFile.Verify(file, _content, Environment.ProcessorCount)));
        using ContentKey another = ContentKey.Generate();
        using var again = new FileStream(At("resealed"), FileMode.Create, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose);
        file.Position = 0;
        Measure("reseal under another key", () => Good(SealedFile.Reseal(file, _key, _content, again, another, Environment.ProcessorCount)));
    }

    private string ReadNatively()
    {
        double seconds = Enumerable.Range(0, 2).Min(_ =>
        {
            var watch = Stopwatch.StartNew();
            using Process process = Process.Start(At("readall"), [At("clear"), At("out")]);
            process.WaitForExit();
            return process.ExitCode == 0 ? watch.Elapsed.TotalSeconds : throw new InvalidOperationException("The native program failed.");
        });
        Print("read the clear file, gcc -O2", seconds, null);
        return File.ReadAllText(At("out"));
    }

    private async Task<string> ReadInEnclaveAsync()
    {
        byte[] app = await File.ReadAllBytesAsync(At("readall.wasm")).ConfigureAwait(false);
        using ContentKey appKey = ContentKey.Generate();
        byte[] sealedApp = SealedFile.Seal(app, appKey, null, out SealedFileInfo info);
        AssetId appId = AssetId.Of(_owner.PublicKey, info.ContentId), dataId = AssetId.Of(_owner.PublicKey, _content);
        var submit = new SubmitEntry
        {
            App = appId,
            Data = [new TaskData(dataId, "clear")],
            Arguments = ["/data/clear", "/out/sum"],
            Recipients = [_recipient.PublicKey.Encode()],
            Limits = new TaskLimits(long.MaxValue / 2, 64 << 20, 1 << 16, 0, 1),
            DeadlineMilliseconds = 1,
            Tee = Protocol.TeeKind.SevSnp,
        };
        CoseSign1 frame = EntrySigner.Sign(Network, _requester, 1, submit);
        TaskId task = TaskId.Of(Network, _requester.PublicKey, frame.Payload);
        byte[] report = [1];

        var launcher = new ProcessEnclaveLauncher(new ProcessEnclaveOptions { Folder = EnclaveImage.FindFolder(), Warn = _ => { } });
        await using var closing = launcher.ConfigureAwait(false);
        IEnclaveSession session = (await launcher.LaunchAsync(CancellationToken.None).ConfigureAwait(false)).Value!;
        await using var ending = session.ConfigureAwait(false);
        EnclaveMessage.ReportRequest enclave = (await session.StartAsync(new EnclaveMessage.Start(Network, frame.Encoded, 1, _owner.PublicKey, default), CancellationToken.None).ConfigureAwait(false)).Value!;
        await session.ProvideReportAsync(report, CancellationToken.None).ConfigureAwait(false);
        using FileStream file = File.OpenRead(At("sealed"));
        var watch = Stopwatch.StartNew();
        EnclaveInput[] inputs = [new(appId, _owner.PublicKey, info.ContentId, sealedApp.Length, new MemoryStream(sealedApp)), new(dataId, _owner.PublicKey, _content, file.Length, file)];
        Check(await session.ProvideInputsAsync(inputs, CancellationToken.None).ConfigureAwait(false));
        Print("enclave: take in and hash", watch.Elapsed.TotalSeconds, null);
        foreach ((AssetId asset, ContentKey key) in new[] { (appId, appKey), (dataId, _key) }) Check(await session.SendReleaseAsync(asset, Release(asset, key, task, report, enclave), CancellationToken.None).ConfigureAwait(false));

        watch.Restart();
        using var result = new MemoryStream();
        Task<EnclaveAnswer<EnclaveMessage.Receipt>> receipt = session.ReceiveResultAsync(result, CancellationToken.None);
        long peak = 0;
        while (!receipt.IsCompleted)
        {
            peak = Math.Max(peak, PeakOf(session));
            await Task.WhenAny(receipt, Task.Delay(50)).ConfigureAwait(false);
        }
        Check((await receipt.ConfigureAwait(false)).Reason);
        Print("enclave: app reads all of it", watch.Elapsed.TotalSeconds, peak);
        return Open(result.ToArray(), task);
    }

    private static byte[] Release(AssetId asset, ContentKey key, TaskId task, byte[] report, EnclaveMessage.ReportRequest enclave, SigningKey signer)
    {
        var bytes = new byte[ContentKey.Size];
        key.DangerousExport(bytes);
        byte[] context = ReleaseEntry.Context(Network, task, 1, asset, EvidenceEntry.DigestOf(report));
        return CoseSigner.Sign(signer, context, Hpke.Seal(HpkePublicKey.TryParse(enclave.HpkeKey.Span)!, context, [], bytes)).Encoded.ToArray();
    }

    private byte[] Release(AssetId asset, ContentKey key, TaskId task, byte[] report, EnclaveMessage.ReportRequest enclave) => Release(asset, key, task, report, enclave, _owner);

    private string Open(byte[] file, TaskId task)
    {
        if (!SealedFileHeader.TryReadSize(file.AsSpan(0, SealedFormat.PrefixSize), out int size)) throw new InvalidOperationException("The result has no header.");
        using ContentKey key = ResultPackage.TryOpenKey(SealedFileHeader.TryParse(file.AsSpan(0, size))!, Network, task, _recipient)!;
        byte[] plaintext = SealedFile.TryOpen(file, key, null, out _) ?? throw new InvalidOperationException("The result does not open.");
        return Encoding.ASCII.GetString(ResultPackage.TryDecode(plaintext)!.Files.Single().Content.Span);
    }

    private void Measure(string what, Action action)
    {
        var watch = Stopwatch.StartNew();
        action();
        using Process own = Process.GetCurrentProcess();
        Print(what, watch.Elapsed.TotalSeconds, own.PeakWorkingSet64);
    }

    private void Print(string what, double seconds, long? peak) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"  {what,-32} {seconds,7:F1} s   {_size / seconds / 1e9:F2} GB/s{(peak is { } bytes ? $"   resident at most {bytes >> 20} MiB" : "")}"));

    private static long PeakOf(IEnclaveSession session)
    {
        try
        {
            using Process process = Process.GetProcessById(((EnclaveSession)session).Enclave.Id);
            return process.PeakWorkingSet64;
        }
        catch (Exception ended) when (ended is ArgumentException or InvalidOperationException)
        {
            return 0;
        }
    }

    private static ContentId Good(SealingResult result) => result.Succeeded ? result.Info.ContentId : throw new InvalidOperationException(result.Failure.ToString());

    private static void Check(AbortReason reason)
    {
        if (reason != AbortReason.None) throw new InvalidOperationException(reason.Code());
    }

    private string At(string name) => Path.Combine(_folder, name);
}
