namespace Errand.Attestation;

/// <summary>What Intel's provisioning certification service says about a platform, as received. Empty is what was not fetched.</summary>
public sealed record IntelCollateral
{
    /// <summary>Nothing: only signatures and certificates can be verified.</summary>
    public static IntelCollateral None { get; } = new() { TcbInfo = default, TcbInfoChain = [], QeIdentity = default, QeIdentityChain = [], PckCrl = default, RootCaCrl = default };

    /// <summary>What fits a quote's platform among files that were fetched. Only picks: the verifier looks at what is in them, and what does not fit stays empty.</summary>
    /// <param name="files">The files.</param>
    /// <param name="quote">A TDX or SGX quote.</param>
    public static IntelCollateral Pick(Collateral files, ReadOnlySpan<byte> quote)
    {
        ArgumentNullException.ThrowIfNull(files);
        return IntelForm.Find(new VerificationContext(EvidenceBundle.None, new CertificatePool(files.Files, null), files, TrustedRoots.None, default, null), IntelQuote.TryParse(quote));
    }

    /// <summary>True when nothing is missing. Whether it holds, and until when, the verifier says.</summary>
    public bool IsWhole => !TcbInfo.IsEmpty && TcbInfoChain.Count > 0 && !QeIdentity.IsEmpty && QeIdentityChain.Count > 0 && !PckCrl.IsEmpty && !RootCaCrl.IsEmpty;

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
