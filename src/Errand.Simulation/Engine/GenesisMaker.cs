using System.Globalization;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Simulation;

/// <summary>The genesis of a simulated network. Its name has the seed in it, so that no two networks share a draw.</summary>
internal static class GenesisMaker
{
    /// <summary>The image that every honest enclave runs; the one reference value.</summary>
    public static Bytes32 Measurement { get; } = new(Identity.Of("image").Digest("measurement"));

    /// <summary>The reference value as genesis holds it: the measurement as a canonical byte string.</summary>
    public static ReferenceValue Reference { get; } = new(TeeKind.SevSnp, Tuple(Measurement));

    public static byte[] Tuple(Bytes32 measurement) => new CanonicalWriter().Bytes(measurement).ToArray();

    public static Identity Operator(string node) => Identity.Of($"operator of {node}");

    public static Identity GovernanceKey(int number) => Identity.Of($"governance {number}");

    public static Genesis Make(SimulationPlan plan)
    {
        Identity[] verifiers = [.. Enumerable.Range(0, plan.Verifiers).Select(i => Identity.Of(SimulationPlan.VerifierName(i)))];
        Identity[] executors = [.. Enumerable.Range(0, plan.Executors).Select(i => Identity.Of(SimulationPlan.ExecutorName(i)))];
        return new Genesis
        {
            Name = string.Create(CultureInfo.InvariantCulture, $"simulation {plan.Seed} {plan.Mix.Name}"),
            RulesVersion = ProtocolLimits.RulesVersion,
            Development = true,
            StartMilliseconds = SimulationPlan.StartMilliseconds,
            Times = Times,
            Committee = new CommitteeParameters(plan.CommitteeSize, Rounds: 3, Attempts: 2, VerifiersMin: 4),
            Operators = [.. verifiers.Concat(executors).Select(node => Operator(node.Name)).Select(known => new GenesisOperator(known.Id, known.Name)).OrderBy(known => known.Key)],
            FoundingVerifiers = [.. verifiers.Select(node => new FoundingVerifier(node.Id, node.Vrf.PublicKey, Operator(node.Name).Id)).OrderBy(founder => founder.Node)],
            Roots = [],
            ReferenceValues = [Reference],
            Floors = [],
            Platform = new PlatformRule { Class = 1, RequireSecureBoot = false, RequiredPcrs = [0, 2, 4, 7], References = [] },
            LedgerKey = Identity.Of("ledger").Id,
            Governance = new GovernanceKeys([.. Enumerable.Range(0, 3).Select(i => GovernanceKey(i).Id).Order()], 2),
            Admission = new AdmissionRule(Sponsors: 0, SponsorshipsMax: 0, NodesMax: 4, CooldownEpochs: 5),
            DeniedTpms = [],
        };
    }

    public static GenesisTimes Times { get; } = new()
    {
        EpochMilliseconds = SimulationPlan.EpochMilliseconds,
        FoundingEpochs = 100_000,
        QualificationEpochs = 1_000,
        AcceptMilliseconds = 180_000,
        ClaimMilliseconds = 60_000,
        EvidenceMilliseconds = 60_000,
        RoundMilliseconds = 60_000,
        ReleaseMilliseconds = 120_000,
        RunMilliseconds = 120_000,
        ServeMilliseconds = 30_000,
        PauseEpochs = 3,
    };
}
