using Errand.Attestation;
using Errand.Primitives;
using Errand.Protocol;
using AttestationRootClass = Errand.Attestation.RootClass;

namespace Errand.Node;

/// <summary>A network's terms as policies of the attestation library. Made once; immutable.</summary>
public sealed class NetworkPolicy
{
    private static readonly AttestationRootClass[] TpmClasses = [AttestationRootClass.TpmHardware, AttestationRootClass.TpmCloud];

    private readonly TrustedRoots _roots;
    private readonly AttestationRootClass[] _tpmClasses;
    private readonly SnpReference[] _references;
    private readonly Dictionary<SnpProductLine, SnpTcbFloor> _floors = [];
    private readonly TdxReference[] _domainReferences;
    private readonly TdxFloor? _domainFloor;
    private readonly PlatformReference[] _machineReferences;

    private readonly PlatformRule _platform;
    private readonly PlatformReference[] _platformReferences;
    private readonly DeniedTpm[] _deniedTpms;
    private readonly ImaPolicy? _imaFiles;

    /// <summary>Reads the terms with which a network begins.</summary>
    /// <exception cref="ArgumentException">As for other terms.</exception>
    public NetworkPolicy(Genesis genesis)
        : this(NetworkTerms.Of(genesis))
    {
    }

    /// <summary>Reads terms: those of a case, without what was withdrawn when its evidence came.</summary>
    /// <exception cref="ArgumentException">They hold a value of a form that this software does not know.</exception>
    public NetworkPolicy(NetworkTerms terms)
    {
        ArgumentNullException.ThrowIfNull(terms);
        _platform = terms.Platform;
        RequiredPcrs = PcrSet.Of([.. _platform.RequiredPcrs]);
        _platformReferences = [.. _platform.References.Select(PlatformReferenceOf)];
        _deniedTpms = [.. terms.DeniedTpms.Select(Denied)];
        // With no files named, a violation says nothing: the list is there to be read, by whoever wants to.
        _imaFiles = _platform.Ima.Files.IsEmpty ? null : new ImaPolicy { AllowedDigests = _platform.Ima.Files.Select(file => $"sha256:{file}").ToHashSet(StringComparer.Ordinal), AllowViolations = false, AllowPaddedSha1 = false };
        _roots = terms.Roots.Aggregate(TrustedRoots.None, Pin);
        _tpmClasses = [.. TpmClasses.Intersect(terms.Roots.Select(root => (AttestationRootClass)root.Class))];
        _references = [.. terms.ReferenceValues.Where(value => value.Tee == Protocol.TeeKind.SevSnp).Select(Reference)];
        _machineReferences = [.. terms.ReferenceValues.Where(value => value.Tee == Protocol.TeeKind.DevelopmentVtpm).Select(value => PlatformReferenceOf(value.Tuple))];
        _domainReferences = [.. terms.ReferenceValues.Where(value => value.Tee == Protocol.TeeKind.Tdx).Select(DomainReference)];
        foreach (FirmwareFloor floor in terms.Floors.Where(floor => floor.Tee == Protocol.TeeKind.Tdx))
            _domainFloor = _domainFloor is null && TdxTuples.TryDecodeFloor(floor.Tuple.Span, out TdxFloor? read) ? read : throw Unknown("firmware floor");
        if (terms.Floors.Any(floor => floor.Tee == Protocol.TeeKind.DevelopmentVtpm)) throw Unknown("firmware floor");
        foreach (FirmwareFloor floor in terms.Floors.Where(floor => floor.Tee == Protocol.TeeKind.SevSnp))
        {
            if (!SnpTuples.TryDecodeFloor(floor.Tuple.Span, out SnpProductLine line, out SnpTcbFloor? read)) throw Unknown("firmware floor");
            _floors[line] = read;
        }
    }

    /// <summary>Terms as they would be with changes, as far as this software reads them: a value that it does not know would stop every verifier .</summary>
    /// <exception cref="ArgumentException">It would.</exception>
    public static void RequireReadable(NetworkTerms terms, IEnumerable<GovernanceChange> changes)
    {
        ArgumentNullException.ThrowIfNull(terms);
        ArgumentNullException.ThrowIfNull(changes);
        _ = new NetworkPolicy(changes.Aggregate(terms, (changed, change) => change switch
        {
            GovernanceChange.AddReference add => changed with { ReferenceValues = changed.ReferenceValues.Add(add.Value) },
            GovernanceChange.SetFloors set => changed with { Floors = [.. changed.Floors.Where(floor => floor.Tee != set.Tee), .. set.Tuples.Select(tuple => new FirmwareFloor(set.Tee, tuple))] },
            GovernanceChange.AddRoot add => changed with { Roots = changed.Roots.Add(add.Root) },
            GovernanceChange.DenyTpm deny => changed with { DeniedTpms = changed.DeniedTpms.Add(deny.Tuple) },
            GovernanceChange.SetPlatform set => changed with { Platform = set.Platform },
            _ => changed,
        }));
    }

    /// <summary>The PCRs that must be quoted.</summary>
    public PcrSet RequiredPcrs { get; }

    /// <summary>Whether machines must offer what their kernels have measured.</summary>
    public bool RequiresIma => _platform.Ima.Required;

    /// <summary>What evidence of an enclave for a task must be.</summary>
    /// <param name="reportData">64 bytes.</param>
    /// <param name="chipId">The executor's chip.</param>
    public TeePolicy ForEnclave(byte[] reportData, ReadOnlyMemory<byte> chipId) => Tee(reportData, new SnpChipRule.Exactly(chipId), TdxChipId.ToRule(chipId), new VtpmPolicy { ReportData = reportData, TpmId = chipId, References = _machineReferences });

    /// <summary>What an executor's evidence of its platform must be; which chip it is comes out.</summary>
    public TeePolicy ForExecutorPlatform(byte[] reportData) => Tee(reportData, new SnpChipRule.AnyNamed(), new IntelPlatformRule.Any(), new VtpmPolicy { ReportData = reportData, TpmId = null, References = null });

    /// <summary>What a Proof of Trust must be.</summary>
    /// <param name="nonces">Nonces by epoch, the newest first.</param>
    /// <param name="freshCount">How many of them are still good.</param>
    /// <param name="evidence">The evidence: its quote tells which of the good nonces to compare with.</param>
    public PlatformPolicy ForProofOfTrust(IReadOnlyList<Bytes32> nonces, int freshCount, PlatformEvidence evidence)
    {
        ReadOnlyMemory<byte> quoted = TpmsAttest.TryParse(evidence.Attest.Span, out _)?.ExtraData ?? default;
        Bytes32 nonce = nonces.Take(freshCount).FirstOrDefault(good => quoted.Span.SequenceEqual(good.ToArray()), nonces[0]);
        return new PlatformPolicy
        {
            Roots = _roots,
            RootClasses = _tpmClasses,
            EkTemplates = EndorsementKeyTemplates.ByVendor,
            RequiredPcrs = RequiredPcrs,
            Nonce = nonce.ToArray(),
            ExpiredNonces = [.. nonces.Skip(freshCount).Select(old => new ReadOnlyMemory<byte>(old.ToArray()))],
            Class = (PlatformClass)_platform.Class,
            References = _platformReferences,
            RequireSecureBoot = _platform.RequireSecureBoot,
            RequireIma = _platform.Ima.Required,
            Ima = _imaFiles,
            DeniedTpms = _deniedTpms,
        };
    }

    private TeePolicy Tee(byte[] reportData, SnpChipRule chip, IntelPlatformRule processor, VtpmPolicy machine) => new()
    {
        Roots = _roots,
        // Without a floor nothing says which state of a platform is good enough, and none is.
        Tdx = _domainFloor is null ? null : new TdxPolicy { References = _domainReferences, Platform = _domainFloor.ToPolicy(processor), ReportData = new IntelReportDataRule.Exactly(reportData) },
        // A network that lists none of their states takes no such machines.
        DevelopmentVtpm = _machineReferences.Length > 0 ? machine : null,
        SevSnp = new SnpPolicy
        {
            References = _references,
            Floors = _floors,
            Chip = chip,
            Platform = SnpPlatformRule.Any,
            Mitigations = 0,
            // The ledger carries no revocation lists: governance withdraws a chip or raises a floor.
            Revocation = SnpRevocationRule.WhenGiven,
            ReportData = new SnpReportDataRule.Exactly(reportData),
        },
    };

    private static TrustedRoots Pin(TrustedRoots roots, PinnedRoot root)
    {
        var rootClass = (AttestationRootClass)root.Class;
        if (!Enum.IsDefined(rootClass)) throw Unknown("root class");
        return root.Development
            ? roots.DangerousPinDevelopmentRoot(rootClass, $"development {rootClass}", root.PublicKeySha256)
            : roots.Pin(rootClass, $"genesis {rootClass}", root.PublicKeySha256);
    }

    private static SnpReference Reference(ReferenceValue value) =>
        SnpTuples.TryDecodeReference(value.Tuple.Span, out SnpReference? reference) ? reference : throw Unknown("reference value");

    private static TdxReference DomainReference(ReferenceValue value) =>
        TdxTuples.TryDecodeReference(value.Tuple.Span, out TdxReference? reference) ? reference : throw Unknown("reference value");

    private static PlatformReference PlatformReferenceOf(ReadOnlyMemory<byte> tuple) =>
        PlatformTuples.TryDecodeReference(tuple.Span, out PlatformReference? reference) ? reference : throw Unknown("platform reference");

    private static DeniedTpm Denied(ReadOnlyMemory<byte> tuple) => PlatformTuples.TryDecodeDenied(tuple.Span, out DeniedTpm? denied) ? denied : throw Unknown("denied TPM");

    private static ArgumentException Unknown(string what) =>
        new($"The network's terms hold a {what} that this software does not know. Use the software of the network's version.");
}
