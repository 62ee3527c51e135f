namespace Errand.Attestation;

/// <summary>
/// What a running kernel has measured, beside a machine's Proof of Trust: its list, and a second quote by the same key and over the same nonce that has PCRs 0 to
/// 10 as well: the kernel's own, and those that the list begins with. The first quote leaves PCR 10 out, so that programs started later do not change the machine.
/// </summary>
/// <param name="List">binary_runtime_measurements, read after the quote; what was appended in between is left out when it is verified.</param>
/// <param name="Attest">TPMS_ATTEST over the PCRs of the first quote and <see cref="Pcrs"/>.</param>
/// <param name="Signature">Its TPMT_SIGNATURE.</param>
/// <param name="Values">Values of the SHA-256 bank in order of index, 32 bytes each: of those of <see cref="Pcrs"/> that the first quote has not.</param>
public sealed record ImaEvidence(ReadOnlyMemory<byte> List, ReadOnlyMemory<byte> Attest, ReadOnlyMemory<byte> Signature, ReadOnlyMemory<byte> Values)
{
    private const int DigestSize = 32;

    /// <summary>What a measurement list is checked against: PCRs 0 to 10.</summary>
    public static PcrSet Pcrs { get; } = new((1u << (ImaVerifier.PcrIndex + 1)) - 1);

    /// <summary>What the second quote is over, with a first one over some PCRs.</summary>
    public static PcrSet Quoted(PcrSet first) => new(first.Mask | Pcrs.Mask);

    /// <summary>Of which PCRs the values are told beside a first quote.</summary>
    internal static PcrSet Told(PcrSet first) => new(Pcrs.Mask & ~first.Mask);

    /// <summary>The first quote's values with these; null when they are not as many as there have to be.</summary>
    internal PcrBank? Join(PcrBank first)
    {
        PcrSet told = Told(first.Pcrs);
        if (Values.Length != told.Size * DigestSize) return null;
        IEnumerable<KeyValuePair<int, ReadOnlyMemory<byte>>> others = told.Indices().Select((index, i) => KeyValuePair.Create(index, Values.Slice(i * DigestSize, DigestSize)));
        return new PcrBank(TpmAlgorithm.Sha256, first.Pcrs.Indices().Select(index => KeyValuePair.Create(index, first[index])).Concat(others));
    }
}
