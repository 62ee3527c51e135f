using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>The state as a file, so that a node need not fold from the first entry (docs/protocol.md section 9.4).</summary>
public sealed partial class NetworkState
{
    /// <summary>Writes the state. The same state gives the same bytes.</summary>
    public void Save(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        StateRoot root = Root();
        IReadOnlyCollection<StateRecord>[] kinds = RecordsByKind();
        SnapshotFormat.WriteHeader(stream, new SnapshotHeader(Terms.RulesVersion, Network, NextPosition, _lastTimeMilliseconds, root, kinds.Sum(kind => (long)kind.Count)));
        var writer = new CanonicalWriter();
        foreach (IReadOnlyCollection<StateRecord> kind in kinds)
        {
            StateRecord[] records = [.. kind];
            Array.Sort(Array.ConvertAll(records, record => record.RecordId), records);
            foreach (StateRecord record in records)
            {
                writer.Clear();
                record.WriteTo(writer);
                SnapshotFormat.WriteRecord(stream, record.Kind, record.RecordId, writer.Span);
            }
        }
    }

    /// <summary>Reads a state. Its records are hashed again and must have the root that the snapshot names.</summary>
    /// <param name="genesis">The network's genesis.</param>
    /// <param name="stream">The snapshot; read to its end.</param>
    /// <param name="expected">
    /// The root that it must have, from a source that is trusted: an own note, or a <see cref="StateCheckpoint"/>. Null takes the snapshot's
    /// word: for files that only this program writes.
    /// </param>
    /// <param name="state">The state; null unless there is no error.</param>
    /// <param name="spread">Spreads the hashing; one thread does all of it if left out.</param>
    public static SnapshotError TryLoad(Genesis genesis, Stream stream, StateRoot? expected, out NetworkState? state, WorkSpreader? spread = null) =>
        TryLoad(genesis, ProtocolLimits.RulesVersion, stream, expected, out state, spread);

    /// <summary>Reads the state of a checkpoint that is trusted: position and time, which the root does not cover, must be the checkpoint's too.</summary>
    /// <param name="genesis">The network's genesis.</param>
    /// <param name="stream">The snapshot; read to its end.</param>
    /// <param name="expected">What was signed.</param>
    /// <param name="state">The state; null unless there is no error.</param>
    /// <param name="spread">Spreads the hashing; one thread does all of it if left out.</param>
    public static SnapshotError TryLoadSigned(Genesis genesis, Stream stream, StateCheckpoint expected, out NetworkState? state, WorkSpreader? spread = null)
    {
        ArgumentNullException.ThrowIfNull(expected);
        SnapshotError error = TryLoad(genesis, stream, expected.Root, out state, spread);
        if (state is null || StateCheckpoint.Of(state) == expected) return error;
        state = null;
        return SnapshotError.Root;
    }

    /// <summary>The same as software that knows later rules would read it; for tests of upgrades.</summary>
    internal static SnapshotError TryLoad(Genesis genesis, int knownRulesVersion, Stream stream, StateRoot? expected, out NetworkState? state, WorkSpreader? spread = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        state = null;
        SnapshotError error = SnapshotFormat.TryReadHeader(stream, out SnapshotHeader header);
        if (error != SnapshotError.None) return error;
        if (header.RulesVersion > knownRulesVersion) return SnapshotError.Version;
        var loaded = new NetworkState(genesis, knownRulesVersion, founded: false);
        if (header.Network != loaded.Network) return SnapshotError.Network;
        if (expected is { } root && root != header.Root) return SnapshotError.Root;
        if (!loaded.TryReadRecords(stream, header.Records, spread ?? OneAfterTheOther)) return SnapshotError.Malformed;
        if (loaded.Root() != header.Root) return SnapshotError.Root;
        // Only now: records of a known root refer to one another as the fold left them.
        if (!loaded.TryIndex() || loaded.Terms.RulesVersion != header.RulesVersion) return SnapshotError.Malformed;
        loaded.NextPosition = header.Position;
        loaded._lastTimeMilliseconds = header.LedgerMilliseconds;
        state = loaded;
        return SnapshotError.None;
    }

    // In the order of kinds.
    private IReadOnlyCollection<StateRecord>[] RecordsByKind() =>
    [
        [Clock], [.. _signers.Values], [.. _nodes.Values], _assets.Values, _tasks.Values, _cases.Values, [.. _operators.Values], [_governance], _terms.Values,
        _chipStates.Values, _faults.Values, _bannedKeys.Values, _bannedOperators.Values, _accusers.Values,
    ];

    private static void OneAfterTheOther(int count, Action<int> work)
    {
        for (int i = 0; i < count; i++) work(i);
    }

    private bool TryReadRecords(Stream stream, long count, WorkSpreader spread)
    {
        byte[] buffer = [];
        var records = new List<StateRecord>();
        (int Kind, Bytes32 Id) last = default;
        for (long i = 0; i < count; i++)
        {
            if (!SnapshotFormat.TryReadRecord(stream, ref buffer, out RecordKind kind, out Bytes32 id, out int size)) return false;
            // Rising strictly: one order, no record twice, and the clock, which there is always, first.
            if (i == 0 ? kind != RecordKind.Clock || id != default : ((int)kind, id).CompareTo(last) <= 0) return false;
            last = ((int)kind, id);
            var reader = new RecordReader(buffer.AsSpan(0, size));
            StateRecord? record = ReadRecord(kind, id, ref reader);
            if (record is null || !reader.IsComplete) return false;
            records.Add(record);
        }
        if (count == 0 || stream.ReadByte() >= 0) return false;
        _records.Fill([.. records], spread);
        return true;
    }

    private StateRecord? ReadRecord(RecordKind kind, Bytes32 id, ref RecordReader reader)
    {
        switch (kind)
        {
            case RecordKind.Clock:
                Clock.ReadFrom(ref reader);
                return id == default ? Clock : null;
            case RecordKind.Signer:
                var signer = new SignerState(new PublicKey(id)) { Sequence = reader.UInt() };
                _signers.Add(signer);
                return signer;
            case RecordKind.Node:
                var node = NodeState.ReadFrom(ref reader);
                if (node.Id.Value != id) return null;
                _nodes.Add(node);
                return node;
            case RecordKind.Asset:
                var asset = AssetState.ReadFrom(new AssetId(id), ref reader);
                _assets.Add(asset.Id, asset);
                return asset;
            case RecordKind.Task:
                var task = TaskState.ReadFrom(new TaskId(id), ref reader);
                _tasks.Add(task.Id, task);
                return task;
            case RecordKind.TrustCase:
                var trustCase = TrustCase.ReadFrom(id, ref reader);
                _cases.Add(id, trustCase);
                return trustCase;
            case RecordKind.Operator:
                var known = OperatorState.ReadFrom(new PublicKey(id), ref reader);
                _operators.Add(known);
                return known;
            case RecordKind.Governance:
                _governance.ReadFrom(ref reader);
                return id == default ? _governance : null;
            case RecordKind.Terms:
                var terms = new TermsState(NetworkTerms.ReadFrom(ref reader));
                if (terms.RecordId != id) return null;
                _terms.Add(terms.Terms.Number, terms);
                return terms;
            case RecordKind.Chip:
                var chip = ChipState.ReadFrom(id, ref reader);
                _chipStates.Add(id, chip);
                return chip;
            case RecordKind.Fault:
                var fault = FaultCase.ReadFrom(id, ref reader);
                _faults.Add(id, fault);
                return fault;
            case RecordKind.EkBan or RecordKind.OperatorBan:
                var ban = BanState.ReadFrom(kind, id, ref reader);
                (kind == RecordKind.EkBan ? _bannedKeys : _bannedOperators).Add(id, ban);
                return ban;
            case RecordKind.Accuser:
                var accuser = AccuserState.ReadFrom(id, ref reader);
                _accusers.Add(accuser.Operator, accuser);
                return accuser;
            default:
                return null;
        }
    }

    // Everything that the fold holds besides its records follows from them.
    private bool TryIndex()
    {
        if (!_terms.ContainsKey(_governance.Terms)) return false;
        if (Clock.Milliseconds < BoundaryMilliseconds(Clock.Epoch) || Clock.Milliseconds >= BoundaryMilliseconds(Clock.Epoch + 1)) return false;
        _deadlines.Add(new Deadline(BoundaryMilliseconds(Clock.Epoch + 1), DeadlineKind.EpochBoundary, default));
        FindHalt();
        return _nodes.Values.All(TryIndex) && _cases.Values.All(TryIndex) && _tasks.Values.All(TryIndex) && _faults.Values.All(TryIndex) && _accusers.Values.All(TryIndex)
            && _bannedKeys.Values.All(ban => TryIndex(ban, RecordKind.EkBan)) && _bannedOperators.Values.All(ban => TryIndex(ban, RecordKind.OperatorBan));
    }

    private bool TryIndex(NodeState node)
    {
        if (!_vrfKeys.TryAdd(node)) return false;
        foreach (Tenure tenure in node.TenureList)
        {
            if (tenure.VrfKey != node.VrfKey) _earlierVrfKeys[tenure.VrfKey] = node;
            if (tenure.FromEpoch > Clock.Epoch) ChangeWeight(node, tenure.FromEpoch, 1);
            if (tenure.UntilEpoch > Clock.Epoch) ChangeWeight(node, tenure.UntilEpoch, -1);
        }
        // Places that are free again are counted here too, and found out when the operator asks for one.
        if (!_operators.TryGetValue(node.Operator, out OperatorState? known)) return false;
        known.AddNode(node);
        if (node.Roles.HasFlag(NodeRoles.Verifier) && !node.Retired)
        {
            if (known.Verifier is not null) return false;
            known.Verifier = node;
        }
        if (node.EkId is not null && !_endorsementKeys.TryAdd(node)) return false;
        if (node.ChipId is not { } chip) return true;
        node.Chip = _chipStates.GetValueOrDefault(chip);
        return _chips.TryAdd(node);
    }

    private bool TryIndex(TrustCase trustCase)
    {
        if (!_nodes.TryGetValue(trustCase.Node, out NodeState? node) || node.OpenCase != trustCase.Id) return false;
        if ((trustCase.Randomness is null) != (trustCase.Current is null) || TermsOfCase(trustCase.TermsNumber) is not { } terms) return false;
        trustCase.TakeTerms(terms);
        _deadlines.Add(trustCase.Current is { } round
            ? new Deadline(round.OpenedMilliseconds + terms.Times.RoundMilliseconds, DeadlineKind.TrustRound, trustCase.Id)
            : new Deadline(BoundaryMilliseconds(trustCase.SnapshotEpoch + 1), DeadlineKind.TrustDraw, trustCase.Id));
        return true;
    }

    private bool TryIndex(TaskState task)
    {
        if (task.Steps.Count == 0 || !task.Submit.AllAssets.All(_assets.ContainsKey)) return false;
        if (!task.Attempts.All(attempt => _nodes.ContainsKey(attempt.Executor)) || !task.Tickets.All(ticket => _nodes.ContainsKey(ticket.Executor))) return false;
        if (task.Phase == TaskPhase.Ended)
        {
            _deadlines.Add(new Deadline(ForgottenMilliseconds(task), DeadlineKind.TaskForgotten, task.Id.Value));
            return true;
        }
        if (TermsOfCase(task.TermsNumber) is not { } terms) return false;
        task.TakeTerms(terms);
        _openTasks.Add(task.Id, task);
        _deadlines.Add(new Deadline(task.PhaseDueMilliseconds, DeadlineKind.TaskPhase, task.Id.Value));
        _deadlines.Add(new Deadline(task.Submit.DeadlineMilliseconds, DeadlineKind.TaskExpiry, task.Id.Value));
        return true;
    }

    private NetworkTerms? TermsOfCase(int number)
    {
        if (!_terms.TryGetValue(number, out TermsState? state)) return null;
        state.Cases++;
        return state.Terms;
    }
}
