namespace Errand.Simulation;

/// <summary>Who lies, and how.</summary>
internal sealed class LiarPlan
{
    private static readonly Lie[] VerifierLies = [Lie.AcceptAll, Lie.RejectAll, Lie.Copy, Lie.VoteTwice, Lie.Collude, Lie.Sleep, Lie.GrindTicket, Lie.WrongVote, Lie.CopyDigest, Lie.FalseAccuser];

    private static readonly Lie[] ExecutorLies =
    [
        Lie.WrongMeasurement, Lie.DebugEnclave, Lie.ForgedReport, Lie.ReplayEvidence, Lie.RelayEvidence, Lie.SwapKeys, Lie.TwoEnclaves, Lie.Rebooted,
        Lie.VanishEarly, Lie.VanishLate, Lie.Usurp, Lie.SharedChip, Lie.ForgedReceipt,
    ];

    private static readonly Lie[] OwnerLies = [Lie.WithholdAccept, Lie.WithholdRelease, Lie.GrindAccept, Lie.OverAccept, Lie.ReleaseEarly];

    private readonly Dictionary<string, Lie> _lies = new(StringComparer.Ordinal);
    private readonly long _silentFrom;
    private readonly long _silentUntil;

    public LiarPlan(SimulationPlan plan, Chance chance)
    {
        if (!plan.Mix.Liars) return;
        // Usually few enough for the honest to reach a quorum; sometimes so many that the owners' own appraisal is all that is left.
        int accepts = 3 * plan.Verifiers / 5 + 1;
        bool majority = chance.Percent(15);
        bool gang = majority || chance.Percent(40);
        Lie common = majority ? chance.Pick([Lie.AcceptAll, Lie.Collude]) : chance.Pick(VerifierLies);
        int count = majority ? accepts : chance.Below(plan.Verifiers - accepts + 1);
        int first = chance.Below(plan.Verifiers);
        for (int i = 0; i < count; i++) _lies[SimulationPlan.VerifierName((first + i) % plan.Verifiers)] = gang ? common : chance.Pick(VerifierLies);
        for (int i = 0; i < plan.Executors; i++)
            if (chance.Percent(majority ? 70 : 40)) _lies[SimulationPlan.ExecutorName(i)] = chance.Pick(ExecutorLies);
        if (chance.Percent(10)) _lies[SimulationPlan.AppOwnerName] = chance.Pick(OwnerLies);
        for (int i = 0; i < plan.DataAssets; i++)
            if (chance.Percent(10)) _lies[SimulationPlan.DataOwnerName(i)] = chance.Pick(OwnerLies);
        if (chance.Percent(10))
        {
            _silentFrom = chance.Between(3, 9);
            _silentUntil = _silentFrom + chance.Between(1, 5);
        }
        if (chance.Percent(20)) Requester = chance.Pick([Lie.Resubmit, Lie.Sybil]);
    }

    /// <summary>True in epochs for which all verifiers withhold their tickets.</summary>
    public bool IsBeaconSilent(long epoch) => epoch >= _silentFrom && epoch < _silentUntil;

    /// <summary>What the requester does.</summary>
    public Lie Requester { get; }

    public Lie Of(string name) => _lies.GetValueOrDefault(name);

    public override string ToString() =>
        string.Join(", ", _lies.OrderBy(lie => lie.Key, StringComparer.Ordinal).Select(lie => $"{lie.Key}: {lie.Value}").Append($"requester: {Requester}").Append($"no tickets in epochs {_silentFrom} to {_silentUntil}"));
}
