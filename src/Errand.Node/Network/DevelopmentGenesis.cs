using Errand.Attestation;
using Errand.Client;
using Errand.Ledger;
using Errand.Platform;
using Errand.Primitives;
using Errand.Protocol;
using AttestationRootClass = Errand.Attestation.RootClass;

namespace Errand.Node;

/// <summary>The genesis of a development network: marked as such, with development roots pinned in place of vendors'.</summary>
internal static class DevelopmentGenesis
{
    private const long ChainEpochBlocks = 16;

    /// <summary>Makes the genesis.</summary>
    /// <param name="options">Size and times.</param>
    /// <param name="members">All nodes; the verifiers among them found the network.</param>
    /// <param name="tpmRoot">SHA-256 of the key of the root that certified their TPMs.</param>
    /// <param name="tees">What the enclaves' evidence must say.</param>
    /// <param name="enclaves">What enclaves are.</param>
    /// <param name="ledgerKey">Signs checkpoints.</param>
    /// <param name="chain">The EVM chain that orders entries; null for none.</param>
    /// <param name="now">When epoch 0 begins.</param>
    public static Genesis Make(DevelopmentNetworkOptions options, IReadOnlyList<DevelopmentMember> members, Bytes32 tpmRoot, DevelopmentTeeTerms tees, DevelopmentEnclaves enclaves, PublicKey ledgerKey, EvmChain? chain, DateTimeOffset now)
    {
        DevelopmentMember[] founders = [.. members.Where(member => member.Roles.HasFlag(NodeRoles.Verifier))];
        long epoch = Math.Max(enclaves.Epoch(options.Epoch), chain is null ? 0 : ChainEpochBlocks * (long)options.BlockTime.TotalMilliseconds);
        GenesisTimes times = enclaves.Stretch(Times(epoch));
        if (chain is not null) times = Slowed(times, (long)options.BlockTime.TotalMilliseconds);
        return new Genesis
        {
            Name = "development",
            RulesVersion = ProtocolLimits.RulesVersion,
            Development = true,
            StartMilliseconds = now.ToUnixTimeMilliseconds(),
            Times = options.Times is { } change ? change(times) : times,
            // One fewer than there are: a founder that a machine too busy to answer in time costs its proof must be able to offer again.
            Committee = new CommitteeParameters(Size: 128, Rounds: 3, Attempts: 2, VerifiersMin: Math.Clamp(founders.Length - 1, 2, 5)),
            Operators = [.. members.Select(member => new GenesisOperator(member.Operator.PublicKey, $"operator of {member.Name}")).OrderBy(known => known.Key)],
            FoundingVerifiers = [.. founders.Select(member => new FoundingVerifier(member.Identity.PublicKey, member.Identity.VrfKey.PublicKey, member.Operator.PublicKey)).OrderBy(founder => founder.Node)],
            Roots =
            [
                new PinnedRoot((int)AttestationRootClass.TpmHardware, Development: true, tpmRoot),
                tees.Root,
            ],
            ReferenceValues = tees.References,
            Floors = tees.Floors,
            Platform = new PlatformRule { Class = (int)PlatformClass.Identity, RequireSecureBoot = false, RequiredPcrs = [.. DevelopmentTpm.MeasuredPcrs.Indices()], References = [] },
            LedgerKey = ledgerKey,
            Governance = options.Governance,
            Admission = new AdmissionRule(Sponsors: 1, SponsorshipsMax: 16, NodesMax: 16, CooldownEpochs: 5),
            DeniedTpms = [],
            Witnesses = options.Ledger == DevelopmentLedgerKind.Served ? WitnessRule.Of(founders.Select(member => member.Identity.PublicKey)) : WitnessRule.None,
            Chain = chain?.ToRule(),
        };
    }

    // Windows are short enough to try things out and long enough for a busy laptop; a Proof of Trust holds for 30 days.
    // A window runs from its due time, not from the tick that shows it. One for claims that nobody met is followed by another.
    private static GenesisTimes Times(long epoch) => new()
    {
        EpochMilliseconds = epoch,
        FoundingEpochs = Days(30) / epoch,
        QualificationEpochs = Days(30) / epoch,
        AcceptMilliseconds = 30_000,
        ClaimMilliseconds = 100,
        EvidenceMilliseconds = 20_000,
        RoundMilliseconds = 10_000,
        ReleaseMilliseconds = 60_000,
        RunMilliseconds = 600_000,
        ServeMilliseconds = 20_000,
        PauseEpochs = 5,
    };

    // On a chain an entry takes three blocks to be final.
    private static GenesisTimes Slowed(GenesisTimes times, long block) => times with
    {
        ClaimMilliseconds = times.ClaimMilliseconds + 4 * block,
        EvidenceMilliseconds = times.EvidenceMilliseconds + 10 * block,
        RoundMilliseconds = times.RoundMilliseconds + 10 * block,
        ServeMilliseconds = times.ServeMilliseconds + 10 * block,
    };

    private static long Days(int days) => (long)TimeSpan.FromDays(days).TotalMilliseconds;
}
