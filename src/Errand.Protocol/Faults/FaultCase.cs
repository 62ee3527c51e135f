using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>An accusation that a committee judges, or has judged: then it is kept so that it is not judged twice.</summary>
public sealed class FaultCase : StateRecord
{
    private readonly List<PublicKey> _accused = [];
    private readonly List<Ballot> _rounds = [];
    private NetworkTerms? _terms;

    internal FaultCase(EntryId entry, PublicKey accuser, long position, FaultEntry fault, VerdictEntry verdict, Bytes32 claim, IEnumerable<PublicKey> accused, CaseSnapshot snapshot)
        : base(RecordKind.Fault, entry.Value)
    {
        Entry = entry;
        Accuser = accuser;
        Position = position;
        Charge = fault.Charge;
        Claim = claim;
        Role = verdict.Role;
        CaseId = verdict.CaseId;
        Attempt = verdict.Attempt;
        Accept = verdict.Accept;
        Node = fault.Node!.Value;
        EvidencePosition = fault.EvidencePosition!.Value;
        _accused.AddRange(accused);
        SnapshotEpoch = snapshot.Epoch;
        Weight = snapshot.Weight;
        _terms = snapshot.Terms;
        TermsNumber = snapshot.Terms.Number;
    }

    // As in the record.
    private FaultCase(Bytes32 id, ref RecordReader reader)
        : base(RecordKind.Fault, id)
    {
        Entry = new EntryId(id);
        reader.Array(19);
        Accuser = new PublicKey(reader.Bytes32());
        Position = reader.Long();
        Charge = reader.Enum<FaultCharge>((int)FaultCharge.AppraisalDigest);
        Claim = reader.Bytes32();
        Role = reader.Enum<CommitteeRole>((int)CommitteeRole.Task);
        CaseId = reader.Bytes32();
        Attempt = reader.Int();
        Accept = reader.Bool();
        Node = new PublicKey(reader.Bytes32());
        EvidencePosition = reader.Long();
        for (int count = reader.Count(); count > 0 && !reader.Failed; count--) _accused.Add(new PublicKey(reader.Bytes32()));
        SnapshotEpoch = reader.Long();
        Weight = reader.Long();
        TermsNumber = reader.Int();
        EvidenceRoot = new StateRoot(reader.Bytes32());
        Randomness = reader.OptionalBytes32();
        Result = reader.Enum<BallotResult>((int)BallotResult.Rejected);
        ForgetEpoch = reader.Long();
        for (int count = reader.Count(); count > 0 && !reader.Failed; count--) _rounds.Add(Ballot.ReadFrom(ref reader));
    }

    /// <summary>Id of the Fault entry, which is the id of the case.</summary>
    public EntryId Entry { get; }

    /// <summary>Who filed it.</summary>
    public PublicKey Accuser { get; }

    /// <summary>Ledger position of the Fault entry.</summary>
    public long Position { get; }

    /// <summary>What is charged.</summary>
    public FaultCharge Charge { get; }

    /// <summary>What is to be found out, in 32 bytes: see <see cref="ClaimOf"/>. Verdicts on the accusation name it as their evidence.</summary>
    public Bytes32 Claim { get; }

    /// <summary>What kind of case the accused verdicts are about.</summary>
    public CommitteeRole Role { get; }

    /// <summary>That case.</summary>
    public Bytes32 CaseId { get; }

    /// <summary>Its attempt.</summary>
    public int Attempt { get; }

    /// <summary>What the accused verdicts say.</summary>
    public bool Accept { get; }

    /// <summary>Whose evidence they are about.</summary>
    public PublicKey Node { get; }

    /// <summary>Ledger position of the entry that brought that evidence, as the accuser says.</summary>
    public long EvidencePosition { get; }

    /// <summary>The accused verifiers, rising.</summary>
    public IReadOnlyList<PublicKey> Accused => _accused;

    /// <summary>The epoch of the accusation: committee members are those qualified when it opened.</summary>
    public long SnapshotEpoch { get; }

    /// <summary>W of that snapshot.</summary>
    public long Weight { get; }

    /// <summary>The terms of that epoch.</summary>
    /// <exception cref="InvalidOperationException">The case has been judged: of its terms it keeps the number.</exception>
    public NetworkTerms Terms => _terms ?? throw new InvalidOperationException($"Accusation {Entry} is under terms {TermsNumber}, which it does not hold.");

    /// <summary>The number of those terms.</summary>
    public int TermsNumber { get; }

    /// <summary>The state root after the Fault entry, which verdicts confirm.</summary>
    public StateRoot EvidenceRoot { get; internal set; }

    /// <summary>The committee's randomness R(e+1); null until that epoch opens.</summary>
    public Bytes32? Randomness { get; internal set; }

    /// <summary>Open while it is judged; then accepted, which is upheld, or rejected.</summary>
    public BallotResult Result { get; private set; }

    /// <summary>The epoch whose opening takes a judged case out of the state; 0 while it is open.</summary>
    public long ForgetEpoch { get; private set; }

    /// <summary>Rounds so far; none once it has been judged.</summary>
    public IReadOnlyList<Ballot> Rounds => _rounds;

    /// <summary>The round in progress, or null before the draw and after the judgement.</summary>
    public Ballot? Current => _rounds.Count > 0 ? _rounds[^1] : null;

    internal List<Ballot> RoundList => _rounds;

    /// <summary>Gives a case that was read from a snapshot the terms that its record names.</summary>
    internal void TakeTerms(NetworkTerms terms) => _terms = terms;

    /// <summary>What was judged stays known; how each voted is on the ledger.</summary>
    internal void Close(BallotResult result, long forgetEpoch)
    {
        Result = result;
        ForgetEpoch = forgetEpoch;
        _rounds.Clear();
        _terms = null;
    }

    /// <summary>
    /// H("errand/fault-claim/v1", network, charge, node, position, role, case, attempt, evidence digest, root, accept, exhibit): equal for
    /// accusations that one finding answers. The exhibit's id is left empty where the answer is the same for all verdicts of one side.
    /// </summary>
    internal static Bytes32 ClaimOf(NetworkId network, FaultEntry fault, Exhibit exhibit)
    {
        VerdictEntry verdict = exhibit.Verdict;
        TaggedHash claim = new TaggedHash(Tags.FaultClaim).Add(network.Value).Add((ulong)fault.Charge).Add(fault.Node!.Value.Value).Add((ulong)fault.EvidencePosition!.Value)
            .Add((ulong)verdict.Role).Add(verdict.CaseId).Add((ulong)verdict.Attempt).Add(verdict.EvidenceDigest).Add(verdict.Root.Value).Add(verdict.Accept ? 1ul : 0);
        return (IsOfOneVerdict(fault.Charge, verdict) ? claim.Add(exhibit.Id.Value) : claim.Add([])).ToDigest();
    }

    /// <summary>
    /// True when each verdict must be judged by itself: for its digest, or for a reject of a Proof of Trust, which may stand on an answer
    /// that its verifier alone was not given.
    /// </summary>
    internal static bool IsOfOneVerdict(FaultCharge charge, VerdictEntry verdict) =>
        charge == FaultCharge.AppraisalDigest || (verdict.Role == CommitteeRole.ProofOfTrust && !verdict.Accept);

    internal override void WriteTo(CanonicalWriter writer)
    {
        writer.Array(19).Bytes(Accuser.Value).UInt((ulong)Position).UInt((ulong)Charge).Bytes(Claim).UInt((ulong)Role).Bytes(CaseId).UInt((ulong)Attempt)
            .Bool(Accept).Bytes(Node.Value).UInt((ulong)EvidencePosition);
        writer.Array(_accused.Count);
        foreach (PublicKey accused in _accused) writer.Bytes(accused.Value);
        writer.UInt((ulong)SnapshotEpoch).UInt((ulong)Weight).UInt((ulong)TermsNumber).Bytes(EvidenceRoot.Value).Bytes(Randomness?.ToArray())
            .UInt((ulong)Result).UInt((ulong)ForgetEpoch);
        writer.Array(_rounds.Count);
        foreach (Ballot round in _rounds) round.WriteTo(writer);
    }

    internal static FaultCase ReadFrom(Bytes32 id, ref RecordReader reader) => new(id, ref reader);
}
