namespace Errand.Attestation;

/// <summary>The 64 bytes by which a platform with TDX is known: the processor's PPID and zeros.</summary>
/// <remarks>Not the platform instance: it changes when a platform is set up anew, and one machine could stand for several.</remarks>
public static class TdxChipId
{
    /// <summary>Bytes of a chip id, of every kind of TEE.</summary>
    public const int Size = 64;

    /// <summary>The id of a platform.</summary>
    /// <param name="pck">Its certificate.</param>
    public static ReadOnlyMemory<byte> Of(PckCertificate pck)
    {
        ArgumentNullException.ThrowIfNull(pck);
        var id = new byte[Size];
        pck.Ppid.Span.CopyTo(id);
        return id;
    }

    /// <summary>The rule that evidence must come from the processor with an id. An id of another form, such as another kind's, is no processor's.</summary>
    /// <param name="chipId">64 bytes.</param>
    public static IntelPlatformRule ToRule(ReadOnlyMemory<byte> chipId) => chipId.Length == Size && chipId.Span[PckCertificate.ComponentCount..].IndexOfAnyExcept((byte)0) < 0
        ? new IntelPlatformRule.ExactlyProcessor(chipId[..PckCertificate.ComponentCount])
        : new IntelPlatformRule.ExactlyProcessor(chipId);
}
