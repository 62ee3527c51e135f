namespace Errand.Attestation;

/// <summary>What a policy demands of the chip id.</summary>
public abstract record SnpChipRule
{
    private SnpChipRule()
    {
    }

    /// <summary>The report must come from one chip.</summary>
    /// <param name="ChipId">CHIP_ID, 64 bytes.</param>
    public sealed record Exactly(ReadOnlyMemory<byte> ChipId) : SnpChipRule;

    /// <summary>Any chip, but the report must name it under a VCEK.</summary>
    public sealed record AnyNamed : SnpChipRule;

    /// <summary>Any chip, named or hidden ("floating"): nothing then binds the guest to a registered machine.</summary>
    public sealed record AnyEvenMasked : SnpChipRule;
}
