using System.Diagnostics;
using System.Text;
using Errand.Cryptography;
using Errand.Enclave;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Benchmarks;

/// <summary>One task with all its parties, as a host and its owners drive it; gives what the app left and how long each phase took.</summary>
internal sealed class EnclaveTask : IDisposable
{
    private static readonly NetworkId Network = new(default);
    private static readonly byte[] Report = [1];

    private readonly SigningKey _owner = SigningKey.Generate(), _requester = SigningKey.Generate();
    private readonly HpkePrivateKey _recipient = HpkePrivateKey.Generate(HpkeSuite.Default);
    private readonly ContentKey _appKey = ContentKey.Generate();
    private readonly byte[] _app;
    private readonly SealedFileInfo _appInfo;
    private readonly ContentKey _dataKey;
    private readonly ContentId _data;
    private readonly Stream _dataFile;
    private readonly string[] _arguments;

    /// <summary>Seals the app; the data is sealed already and stays the caller's.</summary>
    public EnclaveTask(byte[] app, Stream dataFile, ContentId data, ContentKey dataKey, params string[] arguments)
    {
        _app = SealedFile.Seal(app, _appKey, null, out _appInfo);
        (_dataFile, _data, _dataKey, _arguments) = (dataFile, data, dataKey, arguments);
    }

    /// <summary>Runs the task.</summary>
    /// <param name="session">A fresh enclave.</param>
    /// <param name="peak">Bytes that the enclave's process had resident at most, looked at while the app ran.</param>
    public async Task<(string Output, TimeSpan Report, TimeSpan Inputs, TimeSpan Run)> RunAsync(IEnclaveSession session, Action<long> peak)
    {
        AssetId app = AssetId.Of(_owner.PublicKey, _appInfo.ContentId), data = AssetId.Of(_owner.PublicKey, _data);
        CoseSign1 submit = EntrySigner.Sign(Network, _requester, 1, Submit(app, data));
        TaskId task = TaskId.Of(Network, _requester.PublicKey, submit.Payload);
        var watch = Stopwatch.StartNew();
        EnclaveMessage.ReportRequest enclave = Value(await session.StartAsync(new EnclaveMessage.Start(Network, submit.Encoded, 1, _owner.PublicKey, default), CancellationToken.None).ConfigureAwait(false));
        await session.ProvideReportAsync(Report, CancellationToken.None).ConfigureAwait(false);
        TimeSpan reported = Lap(watch);
        EnclaveInput[] inputs = [new(app, _owner.PublicKey, _appInfo.ContentId, _app.Length, new MemoryStream(_app)), new(data, _owner.PublicKey, _data, _dataFile.Length, _dataFile)];
        Check(await session.ProvideInputsAsync(inputs, CancellationToken.None).ConfigureAwait(false));
        TimeSpan taken = Lap(watch);
        foreach ((AssetId asset, ContentKey key) in new[] { (app, _appKey), (data, _dataKey) }) Check(await session.SendReleaseAsync(asset, Release(asset, key, task, enclave), CancellationToken.None).ConfigureAwait(false));
        using var result = new MemoryStream();
        Task<EnclaveAnswer<EnclaveMessage.Receipt>> receipt = session.ReceiveResultAsync(result, CancellationToken.None);
        while (!receipt.IsCompleted)
        {
            peak(PeakOf(session));
            await Task.WhenAny(receipt, Task.Delay(50)).ConfigureAwait(false);
        }
        Value(await receipt.ConfigureAwait(false));
        return (Open(result.ToArray(), task), reported, taken, Lap(watch));
    }

    public void Dispose()
    {
        _owner.Dispose();
        _requester.Dispose();
        _recipient.Dispose();
        _appKey.Dispose();
    }

    private SubmitEntry Submit(AssetId app, AssetId data) => new()
    {
        App = app,
        Data = [new TaskData(data, "data")],
        Arguments = [.. _arguments],
        Recipients = [_recipient.PublicKey.Encode()],
        Limits = new TaskLimits(long.MaxValue / 2, 32 << 20, 1 << 16, 0, 1),
        DeadlineMilliseconds = 1,
        Tee = Protocol.TeeKind.SevSnp,
    };

    private byte[] Release(AssetId asset, ContentKey key, TaskId task, EnclaveMessage.ReportRequest enclave)
    {
        var bytes = new byte[ContentKey.Size];
        key.DangerousExport(bytes);
        byte[] context = ReleaseEntry.Context(Network, task, 1, asset, EvidenceEntry.DigestOf(Report));
        return CoseSigner.Sign(_owner, context, Hpke.Seal(HpkePublicKey.TryParse(enclave.HpkeKey.Span)!, context, [], bytes)).Encoded.ToArray();
    }

    private string Open(byte[] file, TaskId task)
    {
        if (!SealedFileHeader.TryReadSize(file.AsSpan(0, SealedFormat.PrefixSize), out int size)) throw new InvalidOperationException("The result has no header.");
        using ContentKey key = ResultPackage.TryOpenKey(SealedFileHeader.TryParse(file.AsSpan(0, size))!, Network, task, _recipient)!;
        byte[] plaintext = SealedFile.TryOpen(file, key, null, out _) ?? throw new InvalidOperationException("The result does not open.");
        return Encoding.ASCII.GetString(ResultPackage.TryDecode(plaintext)!.Files is [var written] ? written.Content.Span : default);
    }

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

    private static TimeSpan Lap(Stopwatch watch)
    {
        TimeSpan lap = watch.Elapsed;
        watch.Restart();
        return lap;
    }

    private static T Value<T>(EnclaveAnswer<T> answer)
        where T : class => answer.Value ?? throw new InvalidOperationException(answer.Reason.Code());

    private static void Check(AbortReason reason)
    {
        if (reason != AbortReason.None) throw new InvalidOperationException(reason.Code());
    }
}
