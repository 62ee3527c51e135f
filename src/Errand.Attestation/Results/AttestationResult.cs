namespace Errand.Attestation;

/// <summary>All checks of a verification, an appraisal or both, in the order made. Immutable.</summary>
public sealed class AttestationResult
{
    internal AttestationResult(IReadOnlyList<AttestationCheck> checks, IReadOnlyList<Validity> validities)
    {
        Checks = checks;
        Validities = validities;
    }

    /// <summary>No checks: it accepts nothing, and adds nothing to another.</summary>
    public static AttestationResult Empty { get; } = new([], []);

    /// <summary>Every check, also those that passed.</summary>
    public IReadOnlyList<AttestationCheck> Checks { get; }

    /// <summary>Everything that was looked at and ends at some time, in the order met.</summary>
    public IReadOnlyList<Validity> Validities { get; }

    /// <summary>What ends first, and so which check the same evidence will fail then; null when nothing that was checked ends.</summary>
    public Validity? WillFailAt => Validities.MinBy(validity => validity.Until);

    /// <summary>The reason of the first check that failed, or <see cref="AttestationReason.None"/>.</summary>
    public AttestationReason Reason => FirstFailure?.Reason ?? AttestationReason.None;

    /// <summary>The first check that failed; null when none did.</summary>
    public AttestationCheck? FirstFailure => Checks.FirstOrDefault(check => check.Outcome == CheckOutcome.Failed);

    /// <summary>True when something was checked and nothing failed: a result that checked nothing accepts nothing.</summary>
    public bool Accepted => FirstFailure is null && Checks.Any(check => check.Outcome == CheckOutcome.Passed);

    /// <summary>The check with a name; null when it was not reached.</summary>
    public AttestationCheck? Find(string name) => Checks.FirstOrDefault(check => check.Name == name);

    /// <summary>A result of one check, made by a caller that knows more than the evidence.</summary>
    public static AttestationResult Of(AttestationCheck check) => new([check], []);

    /// <summary>This result's checks followed by those of <paramref name="next"/>.</summary>
    public AttestationResult Then(AttestationResult next) => new([.. Checks, .. next.Checks], [.. Validities, .. next.Validities]);

    /// <inheritdoc/>
    public override string ToString() => Accepted ? $"accepted ({Checks.Count} checks)" : $"rejected: {Reason.ToCode()}";
}
