using System.Security.Cryptography;
using Errand.Attestation;

namespace Errand.Platform;

/// <summary>The public area of a development TPM's attestation key: ECC P-256, ECDSA with SHA-256, restricted.</summary>
internal static class DevelopmentAk
{
    private const TpmObjectAttributes Attributes =
        TpmObjectAttributes.FixedTpm | TpmObjectAttributes.FixedParent | TpmObjectAttributes.SensitiveDataOrigin | TpmObjectAttributes.UserWithAuth
        | TpmObjectAttributes.Restricted | TpmObjectAttributes.Sign;

    private const uint EndorsementHierarchy = 0x4000_000B;

    internal static byte[] Encode(ECPoint point) => new TpmWriter()
        .Algorithm(TpmAlgorithm.Ecc).Algorithm(TpmAlgorithm.Sha256).UInt32((uint)Attributes).Sized([])
        .Algorithm(TpmAlgorithm.Null).Algorithm(TpmAlgorithm.EcDsa).Algorithm(TpmAlgorithm.Sha256).UInt16(TpmtPublic.CurveP256).Algorithm(TpmAlgorithm.Null)
        .Sized(point.X).Sized(point.Y).ToArray();

    /// <summary>Qualified Name of a primary key in the endorsement hierarchy: H(hierarchy handle ‖ Name) (TPM 2.0 Part 1, section 26.5).</summary>
    internal static byte[] QualifiedName(TpmtPublic key)
    {
        byte[] input = new TpmWriter().UInt32(EndorsementHierarchy).Bytes(key.Name).ToArray();
        return [0x00, 0x0B, .. SHA256.HashData(input)];
    }
}
