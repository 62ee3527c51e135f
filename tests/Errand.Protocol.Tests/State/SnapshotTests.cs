using Errand.Primitives;

namespace Errand.Protocol.Tests;

public sealed class SnapshotTests
{
    private static readonly TestNetwork Recorded = Journey.Run("snapshots");

    private static byte[] Save(NetworkState state)
    {
        using var stream = new MemoryStream();
        state.Save(stream);
        return stream.ToArray();
    }

    private static SnapshotError Load(byte[] snapshot, out NetworkState? state, StateRoot? expected = null)
    {
        using var stream = new MemoryStream(snapshot, writable: false);
        return NetworkState.TryLoad(Recorded.State.Genesis, stream, expected, out state);
    }

    [Fact]
    public void A_state_that_is_saved_and_loaded_after_every_entry_folds_on_as_if_nothing_had_been()
    {
        var straight = new NetworkState(Recorded.State.Genesis);
        var broken = new NetworkState(Recorded.State.Genesis);
        foreach (TestRecord record in Recorded.History)
        {
            ApplyResult expected = straight.Apply(record.Milliseconds, record.Bytes);
            byte[] snapshot = Save(broken);
            Assert.Equal(SnapshotError.None, Load(snapshot, out NetworkState? loaded, broken.Root()));
            Assert.Equal(snapshot, Save(loaded!));
            broken = loaded!;
            ApplyResult result = broken.Apply(record.Milliseconds, record.Bytes);
            Assert.Equal((expected.Refusal, expected.DeadlinesFired), (result.Refusal, result.DeadlinesFired));
            Assert.Equal(straight.Root(), broken.Root());
            Assert.Equal((straight.NextDueMilliseconds, straight.NextPosition, straight.LedgerMilliseconds), (broken.NextDueMilliseconds, broken.NextPosition, broken.LedgerMilliseconds));
            Assert.Equal(straight.OpenTasks.Select(task => task.Id).Order(), broken.OpenTasks.Select(task => task.Id).Order());
        }
    }

    [Fact]
    public void A_waiting_rules_upgrade_halts_a_loaded_state_too_and_its_snapshots_are_for_software_that_knows_it()
    {
        var network = new TestNetwork("upgraded");
        network.MustGovern(new GovernanceChange.Upgrade(2));
        long boundary = network.Boundary(network.State.Clock.Epoch + 1);
        byte[] tick = network.Sign(network.Ticker, new TickEntry());
        using var waiting = new MemoryStream(Save(network.State));
        Assert.Equal(SnapshotError.None, NetworkState.TryLoad(network.State.Genesis, waiting, network.State.Root(), out NetworkState? loaded));
        Assert.Throws<UpgradeNeededException>(() => loaded!.Apply(boundary, tick));

        var later = new NetworkState(network.State.Genesis, knownRulesVersion: 2);
        foreach (TestRecord record in network.History) later.Apply(record.Milliseconds, record.Bytes);
        later.Apply(boundary, tick);
        using var upgraded = new MemoryStream(Save(later));
        Assert.Equal(SnapshotError.Version, NetworkState.TryLoad(network.State.Genesis, upgraded, null, out _));
        upgraded.Position = 0;
        Assert.Equal(SnapshotError.None, NetworkState.TryLoad(network.State.Genesis, 2, upgraded, later.Root(), out loaded));
        Assert.Equal(2, loaded!.Terms.RulesVersion);
    }

    [Fact]
    public void Places_and_held_hardware_are_known_to_a_loaded_state()
    {
        TestNetwork network = TestNetwork.WithExecutors("places", change: genesis => genesis with { Admission = genesis.Admission with { NodesMax = 1 } });
        TestActor second = network.Node("second", network.Executors[0].Operator, NodeRoles.Executor);
        TestActor thief = network.Node("thief", network.SpareOperators[0], NodeRoles.Executor);
        thief.Chip = network.Executors[0].ChipId;
        network.Must(thief, network.Registration(thief));
        Check(RefusalReason.OperatorCap, second, network.Registration(second));
        Check(RefusalReason.ChipInUse, thief, TestNetwork.Offer(thief));
        network.Must(network.Executors[0], new RetireEntry());
        Check(RefusalReason.OperatorCap, second, network.Registration(second));
        Check(RefusalReason.ChipCooldown, thief, TestNetwork.Offer(thief));
        network.AdvanceTo(network.Boundary(network.State.Nodes[network.Executors[0].Id].HardwareFreeEpoch));
        Check(RefusalReason.None, second, network.Registration(second));
        Check(RefusalReason.None, thief, TestNetwork.Offer(thief));

        void Check(RefusalReason expected, TestActor signer, EntryBody body)
        {
            using var stream = new MemoryStream(Save(network.State));
            Assert.Equal(SnapshotError.None, NetworkState.TryLoad(network.State.Genesis, stream, network.State.Root(), out NetworkState? loaded));
            Assert.Equal(expected, loaded!.Apply(network.Now, network.Sign(signer, body)).Refusal);
        }
    }

    [Fact]
    public void A_snapshot_of_another_network_or_root_is_not_taken()
    {
        byte[] snapshot = Save(Recorded.State);
        using var stream = new MemoryStream(snapshot);
        Assert.Equal(SnapshotError.Network, NetworkState.TryLoad(new TestNetwork("other").State.Genesis, stream, null, out NetworkState? state));
        Assert.Null(state);
        Assert.Equal(SnapshotError.Root, Load(snapshot, out _, new StateRoot(default)));
        Assert.Equal(SnapshotError.Malformed, Load([.. snapshot, 0], out _));
        Assert.Equal(SnapshotError.Malformed, Load([], out _));
    }

    [Fact]
    public void A_snapshot_cut_short_anywhere_is_malformed()
    {
        NetworkState small = TestNetwork.WithExecutors(executors: 1).State;
        byte[] snapshot = Save(small);
        using (var whole = new MemoryStream(snapshot)) Assert.Equal(SnapshotError.None, NetworkState.TryLoad(small.Genesis, whole, null, out _));
        for (int size = 0; size < snapshot.Length; size += size < 300 ? 1 : 97)
        {
            using var stream = new MemoryStream(snapshot, 0, size);
            Assert.Equal(SnapshotError.Malformed, NetworkState.TryLoad(small.Genesis, stream, null, out _));
        }
    }

    [Fact]
    public void A_changed_snapshot_is_not_taken_whatever_the_change()
    {
        byte[] snapshot = Save(Recorded.State);
        StateRoot root = Recorded.State.Root();
        int taken = 0;
        for (int i = 0; i < snapshot.Length; i += i < 400 ? 1 : 211)
        {
            byte[] changed = [.. snapshot];
            changed[i] ^= (byte)(1 << (i % 8));
            SnapshotError error = Load(changed, out NetworkState? state, root);
            if (error != SnapshotError.None) continue;
            // Position and time are not under the root: a checkpoint names them.
            Assert.Equal(root, state!.Root());
            Assert.NotEqual(StateCheckpoint.Of(Recorded.State), StateCheckpoint.Of(state));
            taken++;
        }
        Assert.InRange(taken, 1, 16);
    }

    // An ImmutableArray that grows one by one copies terabytes here, before the root is looked at.
    [Theory]
    [InlineData((int)RecordKind.Node)]
    [InlineData((int)RecordKind.Operator)]
    public void A_record_that_is_made_up_of_very_many_parts_takes_a_few_times_its_size(int kind)
    {
        const int parts = 350_000;
        var id = new PublicKey(new Bytes32([.. Enumerable.Repeat((byte)0xFF, Bytes32.Size)]));
        StateRecord record;
        if (kind == (int)RecordKind.Node)
        {
            var node = new NodeState(id, id, NodeRoles.Verifier, default) { TenureList = [.. Enumerable.Range(0, parts).Select(i => new Tenure(default, i, i + 1))] };
            node.Describe("", "", "");
            record = node;
        }
        else
        {
            var value = new CanonicalWriter().Array(4).UInt((ulong)OperatorStanding.Sponsored).Text("").UInt(0).Array(parts);
            for (int i = 0; i < parts; i++) value.Bytes(Numbered(i));
            var reader = new RecordReader(value.Span);
            record = OperatorState.ReadFrom(id, ref reader);
            Assert.True(reader.IsComplete);
        }
        using var stream = new MemoryStream();
        SnapshotFormat.WriteHeader(stream, new SnapshotHeader(1, Recorded.Network, 1, 0, default, 2));
        Write(Recorded.State.Clock);
        Write(record);
        byte[] snapshot = stream.ToArray();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(SnapshotError.Root, Load(snapshot, out _));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, snapshot.Length, 16L * snapshot.Length);

        void Write(StateRecord written)
        {
            var writer = new CanonicalWriter();
            written.WriteTo(writer);
            SnapshotFormat.WriteRecord(stream, written.Kind, written.RecordId, writer.Span);
        }
    }

    private static Bytes32 Numbered(int number)
    {
        var bytes = new byte[Bytes32.Size];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        return new Bytes32(bytes);
    }

    [Fact]
    public void Sponsors_that_do_not_rise_are_no_record()
    {
        Assert.True(Reads(1, 2));
        Assert.False(Reads(2, 1));
        Assert.False(Reads(1, 1));

        static bool Reads(params int[] sponsors)
        {
            var value = new CanonicalWriter().Array(4).UInt((ulong)OperatorStanding.Sponsored).Text("").UInt(0).Array(sponsors.Length);
            foreach (int sponsor in sponsors) value.Bytes(Numbered(sponsor));
            var reader = new RecordReader(value.Span);
            OperatorState.ReadFrom(new PublicKey(default), ref reader);
            return reader.IsComplete;
        }
    }

    [Fact]
    public void A_checkpoint_counts_with_a_quorum_of_nodes_that_are_trusted()
    {
        StateCheckpoint checkpoint = StateCheckpoint.Of(Recorded.State);
        HashSet<PublicKey> trusted = [.. Recorded.Verifiers.Select(verifier => verifier.Id)];
        ReadOnlyMemory<byte>[] frames = [.. Recorded.Verifiers.Select(verifier => checkpoint.Sign(verifier.Key).Encoded)];
        Assert.Equal(checkpoint, Agree(frames.Take(7)));
        Assert.Null(Agree(frames.Take(6)));
        // Twice the same signer, strangers, other roots and other networks do not add up.
        Assert.Null(Agree([.. frames.Take(6), frames[0], checkpoint.Sign(Recorded.DataOwner.Key).Encoded]));
        Assert.Null(Agree([.. frames.Take(6), (checkpoint with { Position = 1 }).Sign(Recorded.Verifiers[7].Key).Encoded]));
        Assert.Null(Agree([.. frames.Take(6), (checkpoint with { Network = default }).Sign(Recorded.Verifiers[7].Key).Encoded]));
        Assert.Null(Agree([.. frames.Take(6), new byte[] { 1, 2, 3 }]));

        StateCheckpoint? Agree(IEnumerable<ReadOnlyMemory<byte>> offered) =>
            StateCheckpoint.TryAgree(Recorded.Network, offered, trusted, Lottery.AcceptThreshold(trusted.Count));
    }

    [Fact]
    public void An_ended_task_leaves_the_state_after_thirty_days()
    {
        var network = new TestNetwork(change: genesis => genesis with { Times = genesis.Times with { EpochMilliseconds = ProtocolLimits.ClockStepMilliseconds } });
        TestTask task = network.MustSubmit();
        network.Must(network.Requester, new WithdrawEntry { Task = task.Id });
        long forgotten = network.Now + ProtocolLimits.EndedTaskKeptMilliseconds;
        network.AdvanceTo(forgotten - 1, tickets: false);
        Assert.True(network.State.Tasks.ContainsKey(task.Id));
        network.AdvanceTo(forgotten, tickets: false);
        Assert.Empty(network.State.Tasks);
        network.Refused("refused/unknown-task", network.Requester, new WithdrawEntry { Task = task.Id });
        Assert.Equal(network.State.Root(), network.Replay().Root());
    }
}
