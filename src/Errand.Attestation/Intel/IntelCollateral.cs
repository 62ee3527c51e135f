namespace Errand.Attestation;

/// <summary>What Intel's provisioning certification service says about a platform, as received. Empty is what was not fetched.</summary>
public sealed record IntelCollateral
{
    /// <summary>Nothing: only signatures and certificates can be verified.</summary>
    public static IntelCollateral None { get; } = new() { TcbInfo = default, TcbInfoChain = [], QeIdentity = default, QeIdentityChain = [], PckCrl = default, RootCaCrl = default };

    /// <summary>Response body with members <c>tcbInfo</c> and <c>signature</c>.</summary>
    public required ReadOnlyMemory<byte> TcbInfo { get; init; }

    /// <summary>DER certificates of the key that signed the TCB info, and of its issuer.</summary>
    public required IReadOnlyList<ReadOnlyMemory<byte>> TcbInfoChain { get; init; }

    /// <summary>Response body with members <c>enclaveIdentity</c> and <c>signature</c>.</summary>
    public required ReadOnlyMemory<byte> QeIdentity { get; init; }

    /// <summary>DER certificates of the key that signed the identity, and of its issuer.</summary>
    public required IReadOnlyList<ReadOnlyMemory<byte>> QeIdentityChain { get; init; }

    /// <summary>DER revocation list of the CA that issued the PCK certificate.</summary>
    public required ReadOnlyMemory<byte> PckCrl { get; init; }

    /// <summary>DER revocation list of the root.</summary>
    public required ReadOnlyMemory<byte> RootCaCrl { get; init; }
}
