namespace Errand.Protocol;

/// <summary>Exact sizes in bytes of values on the wire.</summary>
public static class ProtocolSizes
{
    /// <summary>An ECVRF proof.</summary>
    public const int VrfProof = 80;

    /// <summary>An ECVRF output, a report data, a tagged hash.</summary>
    public const int Hash64 = 64;

    /// <summary>An Ed25519 signature.</summary>
    public const int Signature = 64;
}
