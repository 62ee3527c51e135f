namespace Errand.Attestation;

/// <summary>Evidence of a confidential VM whose authenticity has been verified. Made only by <see cref="AzureVtpmVerifier"/>.</summary>
public sealed class VerifiedAzureVtpm
{
    internal VerifiedAzureVtpm(HclReport report, HclRuntimeData runtimeData, TpmsAttest quote, IReadOnlyList<PcrBank> pcrs, VerifiedSnpReport? sevSnp, VerifiedTdxQuote? tdx)
    {
        Report = report;
        RuntimeData = runtimeData;
        Quote = quote;
        Pcrs = pcrs;
        SevSnp = sevSnp;
        Tdx = tdx;
        Claims = new Claims(AzureVtpmClaims.Encode(this));
    }

    /// <summary>The paravisor's attestation report.</summary>
    public HclReport Report { get; }

    /// <summary>What the hardware report vouches for.</summary>
    public HclRuntimeData RuntimeData { get; }

    /// <summary>The TPM's quote.</summary>
    public TpmsAttest Quote { get; }

    /// <summary>The values of the quoted PCRs, and of no others.</summary>
    public IReadOnlyList<PcrBank> Pcrs { get; }

    /// <summary>The hardware report, on AMD processors, else null.</summary>
    public VerifiedSnpReport? SevSnp { get; }

    /// <summary>The quote of the trust domain, on Intel processors, else null.</summary>
    public VerifiedTdxQuote? Tdx { get; }

    /// <summary>Everything above, as canonical CBOR.</summary>
    public Claims Claims { get; }

    /// <summary>The value of a PCR; empty when it was not quoted.</summary>
    public ReadOnlyMemory<byte> Pcr(TpmAlgorithm bank, int index) => Pcrs.FirstOrDefault(candidate => candidate.Algorithm == bank)?[index] ?? default;
}
