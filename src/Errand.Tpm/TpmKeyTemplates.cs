using Errand.Attestation;

namespace Errand.Tpm;

/// <summary>Public templates of what is created here: endorsement keys, attestation keys, sealed secrets.</summary>
internal static class TpmKeyTemplates
{
    private const ushort KeyedHash = 0x0008;
    private const int ModulusSize = 256, PointSize = 32;

    private const TpmObjectAttributes Fixed = TpmObjectAttributes.FixedTpm | TpmObjectAttributes.FixedParent;

    // Without dictionary attack protection: the key has no authorisation value to guess, and must work while the TPM is locked out.
    private const TpmObjectAttributes Attestation =
        Fixed | TpmObjectAttributes.SensitiveDataOrigin | TpmObjectAttributes.UserWithAuth | TpmObjectAttributes.NoDa | TpmObjectAttributes.Restricted | TpmObjectAttributes.Sign;

    /// <summary>The template of an endorsement key: its unique field is zero (EK Credential Profile, annex B.3).</summary>
    public static byte[] Endorsement(EkTemplate template) => template switch
    {
        EkTemplate.RsaL1 => EkTemplates.Encode(template, new byte[ModulusSize], []),
        EkTemplate.EccL2 => EkTemplates.Encode(template, new byte[PointSize], new byte[PointSize]),
        _ => throw new ArgumentOutOfRangeException(nameof(template)),
    };

    /// <summary>The template of an attestation key: restricted, signing, SHA-256; ECDSA on P-256 or RSASSA with 2048 bits.</summary>
    public static byte[] AttestationKey(TpmAlgorithm type)
    {
        var writer = new TpmWriter();
        writer.Algorithm(type).Algorithm(TpmAlgorithm.Sha256).UInt32((uint)Attestation).Sized([]).Algorithm(TpmAlgorithm.Null);
        return type switch
        {
            TpmAlgorithm.Ecc => writer.Algorithm(TpmAlgorithm.EcDsa).Algorithm(TpmAlgorithm.Sha256).UInt16(TpmtPublic.CurveP256).Algorithm(TpmAlgorithm.Null).Sized([]).Sized([]).ToArray(),
            TpmAlgorithm.Rsa => writer.Algorithm(TpmAlgorithm.RsaSsa).Algorithm(TpmAlgorithm.Sha256).UInt16(ModulusSize * 8).UInt32(0).Sized([]).ToArray(),
            _ => throw new ArgumentOutOfRangeException(nameof(type)),
        };
    }

    /// <summary>The template of a sealed secret that only a policy opens: no authorisation value, no way to another TPM or parent.</summary>
    public static byte[] SealedSecret(ReadOnlySpan<byte> policy) => new TpmWriter()
        .UInt16(KeyedHash).Algorithm(TpmAlgorithm.Sha256).UInt32((uint)(Fixed | TpmObjectAttributes.NoDa | TpmObjectAttributes.AdminWithPolicy)).Sized(policy).Algorithm(TpmAlgorithm.Null).Sized([]).ToArray();
}
