using System.Security.Cryptography;
using Errand.Cryptography;
using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>A verdict entry that was signed, on the ledger or not, as it serves in an accusation.</summary>
public sealed class Exhibit
{
    private readonly CoseSign1 _frame;
    private readonly byte[] _signed;

    private Exhibit(CoseSign1 frame, byte[] signed, VerdictEntry verdict)
    {
        _frame = frame;
        _signed = signed;
        Verdict = verdict;
    }

    /// <summary>Whose verdict it says it is. Not yet checked against the signature.</summary>
    public PublicKey Signer => _frame.Signer;

    /// <summary>What it says.</summary>
    public VerdictEntry Verdict { get; }

    /// <summary>The entry's id: SHA-256 of the Sig_structure.</summary>
    public EntryId Id => new(new Bytes32(SHA256.HashData(_signed)));

    /// <summary>Reads a frame; null unless it is a verdict entry of a rules version up to <paramref name="rulesVersion"/>. Does not look at the signature, which costs most.</summary>
    public static Exhibit? TryRead(NetworkId network, int rulesVersion, ReadOnlySpan<byte> bytes)
    {
        if (CoseSign1.TryParse(bytes) is not { } frame || !CanonicalCbor.IsCanonical(frame.Payload)) return null;
        if (!EntryEnvelope.TryRead(frame.Payload, out EntryEnvelope envelope) || envelope.Kind != (int)EntryKind.Verdict) return null;
        if (envelope.Version is 0 || envelope.Version > (ulong)rulesVersion) return null;
        if (EntryBody.TryDecode(EntryKind.Verdict, envelope.Body, out EntryBody? body) != RefusalReason.None) return null;
        Span<byte> aad = stackalloc byte[Bytes32.Size];
        network.Value.CopyTo(aad);
        return new Exhibit(frame, frame.ToBeSigned(aad), (VerdictEntry)body!);
    }

    /// <summary>True when the signature holds for the network for which it was read.</summary>
    public bool IsSigned() => Ed25519.Verify(_frame.Signer, _signed, _frame.Signature);

    /// <summary>True when two verdicts answer one question, of the same evidence in the same history, with yes and with no.</summary>
    /// <remarks>
    /// Not when their proofs, reasons or digests differ: proofs of one output may, and software may be updated in between. Not when state roots
    /// differ: a ledger that shows two histories can make an honest verifier answer twice, and each answer may be right.
    /// </remarks>
    public static bool Contradict(VerdictEntry one, VerdictEntry other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        return IsSameCase(one, other) && one.Round == other.Round && one.Accept != other.Accept;
    }

    /// <summary>True when two verdicts are about the same evidence in the same history.</summary>
    internal static bool IsSameCase(VerdictEntry one, VerdictEntry other) =>
        one.Role == other.Role && one.CaseId == other.CaseId && one.Attempt == other.Attempt && one.EvidenceDigest == other.EvidenceDigest && one.Root == other.Root;
}
