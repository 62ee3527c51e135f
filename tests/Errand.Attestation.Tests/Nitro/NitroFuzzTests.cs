using CsCheck;

namespace Errand.Attestation.Tests;

/// <summary>Mutated documents: nothing throws, and nothing but the documents themselves is authentic.</summary>
public sealed class NitroFuzzTests
{
    private const long AllocatedMax = 1024 * 1024;

    private static readonly byte[][] Samples = [new NitroMaker().Make(), new NitroMaker { Indefinite = true, Tagged = true }.Make()];

    [Fact]
    public void Documents() => Mutation.Of(Samples).Sample(bytes =>
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        NitroDocument? document = NitroDocument.TryParse(bytes);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated < AllocatedMax, $"{allocated} bytes allocated for {bytes.Length}");
        if (document is null) return;
        Assert.True(document.Encoded.Span.SequenceEqual(bytes));
        Assert.NotEmpty(document.PcrIndices);
        bool authentic = NitroVerifierTests.Verify(bytes).Document is not null;
        // Tag 18 and the lengths of the frame are not signed: taking the tag away leaves an authentic document.
        Assert.Equal(Samples.Any(sample => sample.AsSpan().SequenceEqual(bytes) || sample.AsSpan(1).SequenceEqual(bytes)), authentic);
    }, iter: Mutation.Iterations, threads: 1);

    [Fact]
    public void Real_documents()
    {
        IReadOnlyList<byte[]> real = Corpus.Role("nitro", "attestation-document");
        Mutation.Of(real).Sample(bytes => _ = NitroVerifier.Verify(bytes, TrustedRoots.Vendors, NitroPki.Now), iter: Math.Min(Mutation.Iterations, 1000), threads: 1);
    }
}
