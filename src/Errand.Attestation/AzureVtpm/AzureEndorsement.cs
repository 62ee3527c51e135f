namespace Errand.Attestation;

/// <summary>What shows that the hardware report in an attestation report of Azure's paravisor is genuine.</summary>
public abstract record AzureEndorsement
{
    private AzureEndorsement()
    {
    }

    /// <summary>The report itself is signed; these certify the key.</summary>
    /// <param name="Certificates">DER: VCEK, ASK, ARK.</param>
    public sealed record SevSnp(IReadOnlyList<ReadOnlyMemory<byte>> Certificates) : AzureEndorsement;

    /// <summary>The report was turned into a quote.</summary>
    /// <param name="Quote">A TDX quote of version 4 or 5.</param>
    public sealed record Tdx(ReadOnlyMemory<byte> Quote) : AzureEndorsement;
}
