namespace Errand.Attestation;

/// <summary>Evidence of an Azure confidential VM: a quote of its virtual TPM, and the hardware report that vouches for the TPM's key.</summary>
public sealed record AzureVtpmEvidence
{
    /// <summary>The attestation report in NV index 0x01400001.</summary>
    public required ReadOnlyMemory<byte> HclReport { get; init; }

    /// <summary>What shows that the hardware report in it is genuine.</summary>
    public required AzureEndorsement Endorsement { get; init; }

    /// <summary>TPMS_ATTEST by the key at handle 0x81000003.</summary>
    public required ReadOnlyMemory<byte> Quote { get; init; }

    /// <summary>Its RSASSA signature with SHA-256: the bytes of the signature alone, as long as the key's modulus.</summary>
    public required ReadOnlyMemory<byte> Signature { get; init; }

    /// <summary>PCR values, which must cover all that was quoted.</summary>
    public required IReadOnlyList<PcrBank> Pcrs { get; init; }
}
