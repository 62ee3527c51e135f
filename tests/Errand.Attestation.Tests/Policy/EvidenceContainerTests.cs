using CsCheck;

namespace Errand.Attestation.Tests;

public sealed class EvidenceContainerTests
{
    private static readonly Gen<ReadOnlyMemory<byte>> Part = Gen.Byte.Array[1, 200].Select(bytes => (ReadOnlyMemory<byte>)bytes);

    [Fact]
    public void Tee_evidence_comes_back_and_encodes_to_itself() => Gen.Select(Part, Part.List[0, 6]).Sample((report, chain) =>
    {
        byte[] encoded = new TeeEvidence(TeeKind.SevSnp, report, chain).Encode();
        return TeeEvidence.TryParse(encoded, out TeeEvidence? parsed) && parsed.Encode().AsSpan().SequenceEqual(encoded) && parsed.Report.Span.SequenceEqual(report.Span);
    });

    [Fact]
    public void Platform_evidence_comes_back_and_encodes_to_itself() => Gen.Select(Part, Part.List[0, 6], Gen.UInt[0, 0xFFFFFF]).Sample((part, chain, mask) =>
    {
        byte[] encoded = Evidence(part, chain, mask).Encode();
        return PlatformEvidence.TryParse(encoded, out PlatformEvidence? parsed) && parsed.Encode().AsSpan().SequenceEqual(encoded) && parsed.Pcrs.Pcrs.Mask == mask;
    });

    [Fact]
    public void Truncated_or_extended_evidence_is_refused()
    {
        byte[] tee = new TeeEvidence(TeeKind.SevSnp, new byte[10], [new byte[10]]).Encode();
        byte[] platform = Evidence(new byte[10], [], 3).Encode();
        Assert.True(TeeEvidence.TryParse(tee, out _));
        Assert.True(PlatformEvidence.TryParse(platform, out _));
        for (int i = 0; i < tee.Length; i++) Assert.False(TeeEvidence.TryParse(tee.AsSpan(0, i), out _));
        for (int i = 0; i < platform.Length; i++) Assert.False(PlatformEvidence.TryParse(platform.AsSpan(0, i), out _));
        Assert.False(TeeEvidence.TryParse([.. tee, 0], out _));
        Assert.False(PlatformEvidence.TryParse([.. platform, 0], out _));
    }

    [Fact]
    public void Unknown_kind_too_many_certificates_or_too_many_bytes_are_refused()
    {
        Assert.False(TeeEvidence.TryParse(new TeeEvidence(TeeKind.Sgx, new byte[1], []).Encode(), out _));
        Assert.False(TeeEvidence.TryParse(new TeeEvidence((TeeKind)0, new byte[1], []).Encode(), out _));
        Assert.False(TeeEvidence.TryParse(new TeeEvidence(TeeKind.SevSnp, new byte[1], Enumerable.Repeat((ReadOnlyMemory<byte>)new byte[1], 7).ToArray()).Encode(), out _));
        Assert.Throws<InvalidOperationException>(() => new TeeEvidence(TeeKind.SevSnp, new byte[TeeEvidence.SizeMax], []).Encode());
        Assert.Throws<InvalidOperationException>(() => (Evidence(new byte[1], [], 1) with { EventLog = new byte[PlatformEvidence.SizeMax] }).Encode());
    }

    private static PlatformEvidence Evidence(ReadOnlyMemory<byte> part, IReadOnlyList<ReadOnlyMemory<byte>> chain, uint mask) => new()
    {
        EkCertificateChain = chain,
        EkPublic = part,
        AkPublic = part,
        Attest = part,
        Signature = part,
        Pcrs = new PcrBank(TpmAlgorithm.Sha256, new PcrSet(mask).Indices().Select(index => KeyValuePair.Create(index, (ReadOnlyMemory<byte>)new byte[32]))),
        EventLog = part,
    };
}
