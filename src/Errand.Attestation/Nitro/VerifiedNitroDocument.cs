using Errand.Primitives;

namespace Errand.Attestation;

/// <summary>A document whose authenticity has been verified. Made only by <see cref="NitroVerifier"/>.</summary>
public sealed class VerifiedNitroDocument
{
    internal VerifiedNitroDocument(NitroDocument document, TrustedRoot root, Bytes32 certificate)
    {
        Document = document;
        Root = root;
        Claims = new Claims(NitroClaims.Encode(document, root, certificate));
    }

    /// <summary>The document.</summary>
    public NitroDocument Document { get; }

    /// <summary>The pinned root that the chain ends at.</summary>
    public TrustedRoot Root { get; }

    /// <summary>What the document says, as canonical CBOR.</summary>
    public Claims Claims { get; }
}
