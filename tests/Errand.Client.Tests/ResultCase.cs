using Errand.Cryptography;
using Errand.Primitives;
using Errand.Protocol;
using Errand.Protocol.Tests;

namespace Errand.Client.Tests;

/// <summary>A completed task whose result is sealed to a recipient as an enclave seals it.</summary>
internal sealed class ResultCase
{
    public ResultCase(bool inline)
    {
        Net = TestNetwork.WithExecutors();
        Task = Net.MustSubmit().RunTo(TaskPhase.Running);
        Net.Must(Task.Executor, Receipt(inline));
        Ledger = new ListLedger(Net.History);
    }

    public TestNetwork Net { get; }

    public TestTask Task { get; }

    public ListLedger Ledger { get; }

    public HpkePrivateKey Recipient { get; } = HpkePrivateKey.Generate(HpkeSuite.Default);

    public async Task<ErrandClient> SyncedAsync()
    {
        var client = new ErrandClient(Net.State.Genesis, Ledger, TimeProvider.System);
        await client.SyncAsync(TestContext.Current.CancellationToken);
        return client;
    }

    private ReceiptEntry Receipt(bool inline)
    {
        byte[] package = new ResultPackage([new ResultFile("answer.txt", "42"u8.ToArray())], "said\n"u8.ToArray()).EncodePadded(1024);
        using var key = ContentKey.Generate();
        var clear = new byte[ContentKey.Size];
        key.DangerousExport(clear);
        byte[] stanza = Hpke.Seal(Recipient.PublicKey, ResultPackage.Context(Net.Network, Task.Id), [], clear);
        byte[] result = SealedFile.Seal(package, key, new SealOptions { Recipients = [stanza] }, out SealedFileInfo info);
        var receipt = new Receipt
        {
            Task = Task.Id,
            Attempt = 1,
            EvidenceDigest = Task.State.Attempt!.EvidenceDigest,
            Result = info.ContentId,
            ResultSizeBytes = result.Length,
            Outcome = OutcomeCode.Ok,
        };
        using SigningKey receiptKey = Task.ReceiptKey(1);
        return new ReceiptEntry
        {
            Task = Task.Id,
            Attempt = 1,
            Receipt = CoseSigner.Sign(receiptKey, Protocol.Receipt.Context(Net.Network), receipt.Encode()).Encoded,
            InlineResult = inline ? result : default(ReadOnlyMemory<byte>),
        };
    }
}
