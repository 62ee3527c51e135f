using System.Globalization;
using Errand.Cryptography;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Simulation;

/// <summary>
/// The genesis of a network that grows to any size: one founding verifier, and listed operators that sponsor all others. Committees have the size of the
/// specification from the start; as long as there is one verifier, it is the committee.
/// </summary>
internal static class ScaleGenesis
{
    /// <summary>τ of section 9 of the specification.</summary>
    public const int CommitteeSize = 128;

    /// <summary>What a listed operator may sponsor: the most that a rule can allow.</summary>
    public const int SponsorshipsMax = 1 << 16;

    /// <summary>Role of a verifier's keys; number 0 is the founder.</summary>
    public const string Verifier = "verifier", VerifierOperator = "operator of verifier", Executor = "executor", ExecutorOperator = "operator of executor", Sponsor = "sponsor";

    public const int Executors = 2;

    public static int Sponsors(int verifiers) => verifiers / SponsorshipsMax + 1;

    public static Genesis Make(int verifiers, int committee = CommitteeSize)
    {
        var listed = new List<PublicKey>();
        for (int i = 0; i < Sponsors(verifiers); i++) listed.Add(IdOf(Sponsor, i));
        for (int i = 0; i < Executors; i++) listed.Add(IdOf(ExecutorOperator, i));
        PublicKey founderOperator = IdOf(VerifierOperator, 0);
        listed.Add(founderOperator);
        using VrfKey founder = ScaleKeys.Vrf(Verifier, 0);
        return new Genesis
        {
            Name = string.Create(CultureInfo.InvariantCulture, $"scale {verifiers}"),
            RulesVersion = ProtocolLimits.RulesVersion,
            Development = true,
            StartMilliseconds = SimulationPlan.StartMilliseconds,
            Times = GenesisMaker.Times,
            Committee = new CommitteeParameters(committee, Rounds: 3, Attempts: 2, VerifiersMin: 1),
            Operators = [.. listed.Order().Select(key => new GenesisOperator(key, "listed"))],
            FoundingVerifiers = [new FoundingVerifier(IdOf(Verifier, 0), founder.PublicKey, founderOperator)],
            Roots = [],
            ReferenceValues = [GenesisMaker.Reference],
            Floors = [],
            Platform = new PlatformRule { Class = 1, RequireSecureBoot = false, RequiredPcrs = [0, 2, 4, 7], References = [] },
            LedgerKey = IdOf("ledger", 0),
            Governance = GovernanceKeys.None,
            Admission = new AdmissionRule(Sponsors: 1, SponsorshipsMax, NodesMax: 4, CooldownEpochs: 5),
            DeniedTpms = [],
        };
    }

    public static PublicKey IdOf(string role, int number)
    {
        using SigningKey key = ScaleKeys.Signing(role, number);
        return key.PublicKey;
    }
}
