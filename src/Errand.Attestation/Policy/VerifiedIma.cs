namespace Errand.Attestation;

/// <summary>A measurement list with a quote that is authentic. Whether the list leads to the quoted PCR 10 is <see cref="PlatformAppraiser"/>'s question. Made only by <see cref="PlatformVerifier"/>.</summary>
public sealed class VerifiedIma
{
    internal VerifiedIma(ReadOnlyMemory<byte> list, TpmsAttest quote, PcrBank pcrs)
    {
        List = list;
        Quote = quote;
        Pcrs = pcrs;
    }

    /// <summary>The list as received.</summary>
    public ReadOnlyMemory<byte> List { get; }

    /// <summary>The quote.</summary>
    public TpmsAttest Quote { get; }

    /// <summary>The values of the first quote's PCRs and PCRs 0 to 10, which are those quoted.</summary>
    public PcrBank Pcrs { get; }
}
