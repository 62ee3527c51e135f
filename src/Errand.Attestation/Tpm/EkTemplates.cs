namespace Errand.Attestation;

/// <summary>Recognises and makes public areas of the EK templates L-1 and L-2.</summary>
/// <remarks>
/// Both: nameAlg SHA-256, attributes 000300B2h, the policy PolicySecret(TPM_RH_ENDORSEMENT), AES-128-CFB, no scheme. One TPM has a
/// key of each, so a network must take one template per vendor or count one TPM twice.
/// </remarks>
public static class EkTemplates
{
    private const TpmObjectAttributes Attributes =
        TpmObjectAttributes.FixedTpm | TpmObjectAttributes.FixedParent | TpmObjectAttributes.SensitiveDataOrigin | TpmObjectAttributes.AdminWithPolicy
        | TpmObjectAttributes.Restricted | TpmObjectAttributes.Decrypt;

    private const int RsaBits = 2048;
    private const int PointSize = 32;

    /// <summary>PolicyA: the digest of PolicySecret(TPM_RH_ENDORSEMENT) with SHA-256.</summary>
    private static ReadOnlySpan<byte> Policy =>
    [
        0x83, 0x71, 0x97, 0x67, 0x44, 0x84, 0xB3, 0xF8, 0x1A, 0x90, 0xCC, 0x8D, 0x46, 0xA5, 0xD7, 0x24,
        0xFD, 0x52, 0xD7, 0x6E, 0x06, 0x52, 0x0B, 0x64, 0xF2, 0xA1, 0xDA, 0x1B, 0x33, 0x14, 0x69, 0xAA,
    ];

    /// <summary>The template that a public area was made from; null when it is none of these.</summary>
    public static EkTemplate? Recognise(TpmtPublic key)
    {
        ArgumentNullException.ThrowIfNull(key);
        EkTemplate? template = key.Type switch
        {
            TpmAlgorithm.Rsa when key.UniqueFirst.Length == RsaBits / 8 => EkTemplate.RsaL1,
            TpmAlgorithm.Ecc when key.UniqueFirst.Length == PointSize && key.UniqueSecond.Length == PointSize => EkTemplate.EccL2,
            _ => null,
        };
        // Compared as bytes: nothing in the area but the key itself is free.
        return template is { } candidate && key.Encoded.Span.SequenceEqual(Encode(candidate, key.UniqueFirst.Span, key.UniqueSecond.Span)) ? candidate : null;
    }

    /// <summary>The TPMT_PUBLIC of a template with a key: modulus (256 bytes) and nothing, or x and y (32 bytes each).</summary>
    public static byte[] Encode(EkTemplate template, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        var writer = new TpmWriter();
        writer.Algorithm(template == EkTemplate.RsaL1 ? TpmAlgorithm.Rsa : TpmAlgorithm.Ecc).Algorithm(TpmAlgorithm.Sha256).UInt32((uint)Attributes).Sized(Policy)
            .Algorithm(TpmAlgorithm.Aes).UInt16(128).Algorithm(TpmAlgorithm.Cfb).Algorithm(TpmAlgorithm.Null);
        return template switch
        {
            EkTemplate.RsaL1 => writer.UInt16(RsaBits).UInt32(0).Sized(first).ToArray(),
            EkTemplate.EccL2 => writer.UInt16(TpmtPublic.CurveP256).Algorithm(TpmAlgorithm.Null).Sized(first).Sized(second).ToArray(),
            _ => throw new ArgumentOutOfRangeException(nameof(template)),
        };
    }
}
