using Errand.Cryptography;

namespace Errand.Protocol.Tests;

/// <summary>Genesis documents for tests: 10 founding verifiers of 10 operators (T = 7, T_r = 4) unless said otherwise.</summary>
internal static class TestGenesis
{
    public const long StartMilliseconds = 1_800_000_000_000;

    public static GenesisTimes Times { get; } = new()
    {
        EpochMilliseconds = 60_000,
        FoundingEpochs = 100_000,
        QualificationEpochs = 1_000,
        AcceptMilliseconds = 300_000,
        ClaimMilliseconds = 30_000,
        EvidenceMilliseconds = 60_000,
        RoundMilliseconds = 60_000,
        ReleaseMilliseconds = 90_000,
        RunMilliseconds = 120_000,
        ServeMilliseconds = 60_000,
        PauseEpochs = 3,
    };

    public static CommitteeParameters Committee { get; } = new(Size: 128, Rounds: 3, Attempts: 2, VerifiersMin: 5);

    /// <summary>Three governance keys, of which two decide.</summary>
    public static SigningKey GovernanceKey(TestActor ledger, int number) => SigningKey.FromSeed(ledger.Seed($"governance {number}"));

    public static Genesis Create(TestActor ledger, IEnumerable<TestActor> operators, IEnumerable<TestActor> founders) => new()
    {
        Name = "test",
        RulesVersion = ProtocolLimits.RulesVersion,
        Development = true,
        StartMilliseconds = StartMilliseconds,
        Times = Times,
        Committee = Committee,
        Operators = [.. operators.Select(actor => new GenesisOperator(actor.Id, actor.ToString())).OrderBy(known => known.Key)],
        FoundingVerifiers = [.. founders.Select(actor => new FoundingVerifier(actor.Id, actor.Vrf.PublicKey, actor.Operator.Id)).OrderBy(founder => founder.Node)],
        Roots =
        [
            new PinnedRoot(1, Development: true, new(ledger.Seed("tpm root"))),
            new PinnedRoot(4, Development: true, new(ledger.Seed("tee root"))),
        ],
        ReferenceValues = [new ReferenceValue(TeeKind.SevSnp, new byte[] { 0xA0 })],
        Floors = [new FirmwareFloor(TeeKind.SevSnp, new byte[] { 0xA0 })],
        Platform = new PlatformRule { Class = 1, RequireSecureBoot = false, RequiredPcrs = [0, 2, 4, 7], References = [] },
        LedgerKey = ledger.Id,
        Governance = new GovernanceKeys([.. Enumerable.Range(0, 3).Select(i => GovernanceKey(ledger, i).PublicKey).Order()], 2),
        Admission = new AdmissionRule(Sponsors: 2, SponsorshipsMax: 2, NodesMax: 4, CooldownEpochs: 5),
        DeniedTpms = [],
    };
}
