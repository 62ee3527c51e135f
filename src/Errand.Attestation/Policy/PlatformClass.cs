namespace Errand.Attestation;

/// <summary>How much a Proof of Trust says.</summary>
public enum PlatformClass
{
    /// <summary>A genuine TPM signed; whatever software the machine runs.</summary>
    Identity = 1,

    /// <summary>The machine's firmware and software are listed ones too.</summary>
    Platform = 2,
}
