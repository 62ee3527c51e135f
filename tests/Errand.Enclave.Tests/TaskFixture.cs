using Errand.Cryptography;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Enclave.Tests;

/// <summary>All parties of one task: owners with sealed assets, a requester, an executor, a recipient.</summary>
internal sealed class TaskFixture : IDisposable
{
    public static readonly TaskLimits DefaultLimits = new(20_000_000_000, 64 << 20, 64 << 10, 4096, 64 << 10);

    public NetworkId Network { get; init; } = new(Filled(0x11));
    public SigningKey Requester { get; } = SigningKey.FromSeed(Seed(1));
    public SigningKey Executor { get; } = SigningKey.FromSeed(Seed(2));
    public HpkePrivateKey Recipient { get; } = HpkePrivateKey.FromSeed(HpkeSuite.Default, Seed(3));
    public Bytes32 DrawSeed { get; init; } = Filled(0x22);
    public int Attempt { get; init; } = 1;
    public TaskLimits Limits { get; init; } = DefaultLimits;
    public string[] Arguments { get; init; } = [];
    public required SealedAsset App { get; init; }
    public SealedAsset? Secret { get; init; }
    public required (SealedAsset Asset, string Name)[] Data { get; init; }
    public TaskShape[] Shapes { get; init; } = [];
    public byte[] ReportBytes { get; set; } = [1, 2, 3, 4];

    public static TaskFixture Logreg(int attempt = 1) => new()
    {
        App = SealedAsset.Of(Samples.Module("logreg"), owner: 10),
        Data = [(SealedAsset.Of(Samples.Table, owner: 11), Samples.TableName)],
        Arguments = [Samples.TableName],
        Attempt = attempt,
    };

    /// <summary>A task around a module in text form, with one small file /data/secret.</summary>
    public static TaskFixture OfText(string text, byte[]? data = null, TaskLimits? limits = null, SealedAsset? secret = null, int attempt = 1, byte keys = 0x40) => new()
    {
        App = SealedAsset.Of(Wasmtime.Module.ConvertText(text), owner: 10, keys),
        Data = [(SealedAsset.Of(data ?? [42], owner: 11, (byte)(keys + 1)), "secret")],
        Limits = limits ?? DefaultLimits,
        Secret = secret,
        Attempt = attempt,
    };

    public SubmitEntry Submit => new()
    {
        App = App.Id,
        Data = [.. Data.Select(data => new TaskData(data.Asset.Id, data.Name))],
        SecretArguments = Secret?.Id,
        Arguments = [.. Arguments],
        Recipients = [Recipient.PublicKey.Encode()],
        Limits = Limits,
        DeadlineMilliseconds = 1_800_000_000_000,
        Tee = TeeKind.SevSnp,
        Shapes = [.. Shapes],
    };

    public IEnumerable<SealedAsset> Assets => Data.Select(data => data.Asset).Prepend(Secret).Prepend(App).OfType<SealedAsset>();

    public CoseSign1 SubmitFrame => EntrySigner.Sign(Network, Requester, 1, Submit);

    public TaskId Task => TaskId.Of(Network, Requester.PublicKey, SubmitFrame.Payload);

    public Bytes32 EvidenceDigest => EvidenceEntry.DigestOf(ReportBytes);

    public EnclaveMessage.Start Start => new(Network, SubmitFrame.Encoded, Attempt, Executor.PublicKey, DrawSeed);

    public EnclaveInput[] Inputs => [.. Assets.Select(asset => asset.ToInput())];

    /// <summary>What an owner's key broker makes.</summary>
    public byte[] Release(SealedAsset asset, EnclaveMessage.ReportRequest enclave, ContentKey? key = null, SigningKey? signer = null) =>
        Release(asset, ReleaseEntry.Context(Network, Task, Attempt, asset.Id, EvidenceDigest), enclave, key, signer);

    public static byte[] Release(SealedAsset asset, byte[] context, EnclaveMessage.ReportRequest enclave, ContentKey? key = null, SigningKey? signer = null)
    {
        var bytes = new byte[ContentKey.Size];
        (key ?? asset.Key).DangerousExport(bytes);
        byte[] message = Hpke.Seal(HpkePublicKey.TryParse(enclave.HpkeKey.Span)!, context, [], bytes);
        return CoseSigner.Sign(signer ?? asset.Owner, context, message).Encoded.ToArray();
    }

    /// <summary>Drives a session up to the releases.</summary>
    /// <param name="session">A fresh enclave.</param>
    /// <param name="inputs">What the host serves; the sealed files unless told.</param>
    public async Task<(AbortReason Reason, EnclaveMessage.ReportRequest? Enclave)> PrepareAsync(IEnclaveSession session, EnclaveInput[]? inputs = null)
    {
        EnclaveAnswer<EnclaveMessage.ReportRequest> enclave = await session.StartAsync(Start, Cancellation);
        if (enclave.Value is null) return (enclave.Reason, null);
        if (enclave.Value.Taken is { } taken) ReportBytes = taken.Report.ToArray();
        else await session.ProvideReportAsync(ReportBytes, Cancellation);
        return (await session.ProvideInputsAsync(inputs ?? Inputs, Cancellation), enclave.Value);
    }

    /// <summary>Drives a session to its end.</summary>
    public async Task<TaskResult> RunAsync(IEnclaveSession session, EnclaveInput[]? inputs = null)
    {
        (AbortReason reason, EnclaveMessage.ReportRequest? enclave) = await PrepareAsync(session, inputs);
        if (reason != AbortReason.None) return new TaskResult(reason);
        foreach (SealedAsset asset in Assets)
        {
            reason = await session.SendReleaseAsync(asset.Id, Release(asset, enclave!), Cancellation);
            if (reason != AbortReason.None) return new TaskResult(reason);
        }
        return await FinishAsync(session, enclave!);
    }

    /// <summary>Takes the result, checks the receipt and opens the result as the recipient does.</summary>
    public async Task<TaskResult> FinishAsync(IEnclaveSession session, EnclaveMessage.ReportRequest enclave)
    {
        using var file = new MemoryStream();
        EnclaveAnswer<EnclaveMessage.Receipt> answer = await session.ReceiveResultAsync(file, Cancellation);
        if (answer.Value is null) return new TaskResult(answer.Reason);

        Receipt receipt = Receipt.TryOpen(answer.Value.Frame.Span, Network, enclave.ReceiptKey)!;
        Assert.Equal(Task, receipt.Task);
        Assert.Equal(Attempt, receipt.Attempt);
        Assert.Equal(EvidenceDigest, receipt.EvidenceDigest);
        Assert.Equal(file.Length, receipt.ResultSizeBytes);
        return new TaskResult(AbortReason.None, receipt, answer.Value.Frame.ToArray(), file.ToArray(), Open(file.ToArray(), receipt.Result));
    }

    public void Dispose()
    {
        Requester.Dispose();
        Executor.Dispose();
        Recipient.Dispose();
        foreach (SealedAsset asset in Assets) asset.Dispose();
    }

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static byte[] Seed(byte value) => [.. Enumerable.Repeat(value, 32)];

    public static Bytes32 Filled(byte value) => new(Seed(value));

    private ResultPackage Open(byte[] file, ContentId content)
    {
        Assert.True(SealedFileHeader.TryReadSize(file.AsSpan(0, SealedFormat.PrefixSize), out int size));
        SealedFileHeader header = SealedFileHeader.TryParse(file.AsSpan(0, size))!;
        using ContentKey key = ResultPackage.TryOpenKey(header, Network, Task, Recipient)!;
        byte[] plaintext = SealedFile.TryOpen(file, key, content, out SealingFailure failure)!;
        Assert.Equal(SealingError.None, failure.Error);
        return ResultPackage.TryDecode(plaintext)!;
    }
}
