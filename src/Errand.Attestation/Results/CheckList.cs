namespace Errand.Attestation;

/// <summary>Collects checks in order. Failures do not stop it, so that one pass names everything that is wrong.</summary>
internal sealed class CheckList
{
    private readonly List<AttestationCheck> _checks = [];
    private readonly List<Validity> _validities = [];

    internal bool Failed { get; private set; }

    /// <summary>Records a check and gives back whether it held.</summary>
    internal bool Require(bool holds, string name, AttestationReason reason, string expected, string actual, string remedy)
    {
        _checks.Add(holds
            ? new AttestationCheck(name, CheckOutcome.Passed, AttestationReason.None, expected, actual, "")
            : new AttestationCheck(name, CheckOutcome.Failed, reason, expected, actual, remedy));
        Failed |= !holds;
        return holds;
    }

    internal void Skip(string name, string explanation) =>
        _checks.Add(new AttestationCheck(name, CheckOutcome.NotChecked, AttestationReason.None, "", "", explanation));

    /// <summary>Records that a check of this name fails after an instant, because of <paramref name="subject"/>.</summary>
    internal void EndsAt(string check, string subject, DateTimeOffset until) => _validities.Add(new Validity(check, subject, until));

    internal AttestationResult ToResult() => new([.. _checks], [.. _validities]);
}
