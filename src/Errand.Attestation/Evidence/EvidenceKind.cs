namespace Errand.Attestation;

/// <summary>Kinds of evidence that <see cref="EvidenceVerifier"/> verifies. <see cref="EvidenceKinds"/> has the names.</summary>
public enum EvidenceKind
{
    /// <summary>An AMD SEV-SNP report with its certificates.</summary>
    SevSnp = 1,

    /// <summary>An Intel TDX quote with its collateral, perhaps with the guest's event log.</summary>
    Tdx = 2,

    /// <summary>An Intel SGX quote with its collateral.</summary>
    Sgx = 3,

    /// <summary>An AWS Nitro attestation document.</summary>
    Nitro = 4,

    /// <summary>A TPM quote of an Azure confidential VM, with the hardware report that vouches for its key.</summary>
    AzureVtpm = 5,

    /// <summary>A TPM 2.0 quote with its signature, key and PCR values, perhaps with the event log.</summary>
    TpmQuote = 16,

    /// <summary>A TPM's endorsement key certificate with its issuers.</summary>
    EkCertificate = 17,

    /// <summary>A firmware event log alone or with PCR values: nobody signed it.</summary>
    EventLog = 18,
}
