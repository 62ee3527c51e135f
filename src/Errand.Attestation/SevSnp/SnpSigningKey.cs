namespace Errand.Attestation;

/// <summary>The key that signed a report: SIGNING_KEY (AMD 56860, ATTESTATION_REPORT offset 48h, bits 4:2).</summary>
public enum SnpSigningKey
{
    /// <summary>Versioned chip endorsement key: names the chip.</summary>
    Vcek = 0,

    /// <summary>Versioned loaded endorsement key: names a cloud provider only.</summary>
    Vlek = 1,
}
