using Errand.Cryptography;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Simulation;

/// <summary>One enclave life, as it really is; judges know it whatever its executor says of it.</summary>
internal sealed class Enclave
{
    public Enclave(Identity host, Bytes32 chip, Bytes32 measurement, bool debug, TaskId task, int attempt, ReadOnlySpan<byte> hpkeKey, SigningKey receiptKey)
    {
        Host = host;
        Chip = chip;
        Measurement = measurement;
        Debug = debug;
        Task = task;
        Attempt = attempt;
        HpkeKey = hpkeKey.ToArray();
        ReceiptKey = receiptKey;
    }

    public Identity Host { get; }

    public Bytes32 Chip { get; }

    /// <summary>What really runs in it.</summary>
    public Bytes32 Measurement { get; }

    public bool Debug { get; }

    public TaskId Task { get; }

    public int Attempt { get; }

    /// <summary>Stands for the HPKE public key; only this enclave opens what is sealed to it.</summary>
    public ReadOnlyMemory<byte> HpkeKey { get; }

    public SigningKey ReceiptKey { get; }

    /// <summary>The report, once made; an honest enclave makes one in its life.</summary>
    public byte[]? Report { get; private set; }

    /// <summary>Assets whose keys it has got.</summary>
    public HashSet<AssetId> Keys { get; } = [];

    /// <summary>When the app is done, once all keys are in.</summary>
    public long? DoneMilliseconds { get; set; }

    /// <summary>Has the chip sign a report over task, attempt, executor, seed and keys.</summary>
    public byte[] Attest(NetworkId network, PublicKey executor, Bytes32 seed) =>
        Report ??= SimulatedTee.Report(Chip, Measurement, Debug, EvidenceEntry.ReportData(network, Task, Attempt, executor, seed, HpkeKey.Span, ReceiptKey.PublicKey));

    /// <summary>Takes a release message; false unless its owner signed it for this enclave.</summary>
    public bool TryTakeKey(NetworkId network, PublicKey owner, AssetId asset, ReadOnlySpan<byte> message)
    {
        if (Report is null || CoseSign1.TryParse(message) is not { } frame || frame.Signer != owner) return false;
        if (!frame.VerifySignature(ReleaseEntry.Context(network, Task, Attempt, asset, EvidenceEntry.DigestOf(Report)))) return false;
        return frame.Payload.StartsWith(HpkeKey.Span) && Keys.Add(asset);
    }
}
