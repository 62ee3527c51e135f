using Errand.Cryptography;
using Errand.Primitives;

namespace Errand.Protocol.Tests;

/// <summary>Conformance cases of time, order and replay.</summary>
public sealed class FoldTests
{
    [Theory]
    [InlineData(-1, "none")]
    [InlineData(0, "late")]
    [InlineData(1, "late")]
    public void T_63_in_time_edge(long offset, string expected)
    {
        TestNetwork network = TestNetwork.WithExecutors(executors: 1);
        TestTask accepting = network.MustSubmit();
        network.AdvanceTo(accepting.State.PhaseDueMilliseconds - 1_000);
        network.Now = accepting.State.PhaseDueMilliseconds + offset;
        Assert.Equal(expected, network.Apply(network.AppOwner, accepting.Accept(accepting.App)).Code());

        foreach (TaskPhase phase in new[] { TaskPhase.Claiming, TaskPhase.Attesting, TaskPhase.Verifying, TaskPhase.Releasing, TaskPhase.Running })
        {
            network = TestNetwork.WithExecutors(executors: 1, change: genesis => genesis with { Committee = genesis.Committee with { Rounds = 1, Attempts = 1 } });
            TestTask task = network.MustSubmit().RunTo(phase);
            TestActor executor = network.Executors[0];
            (TestActor signer, EntryBody body) = phase switch
            {
                TaskPhase.Claiming => (executor, task.Claim(executor)),
                TaskPhase.Attesting => (executor, task.Evidence(1)),
                TaskPhase.Verifying => (network.Verifiers[0], network.TaskVerdict(network.Verifiers[0], task.State, accept: true)),
                TaskPhase.Releasing => (network.AppOwner, task.Release(task.App, 1)),
                TaskPhase.Running => (executor, (EntryBody)task.Receipt(1)),
                _ => throw new InvalidOperationException(),
            };
            network.Now = task.State.PhaseDueMilliseconds + offset;
            Assert.Equal((phase, expected), (phase, network.Apply(signer, body).Code()));
        }
    }

    [Fact]
    public void T_64_time_jump()
    {
        TestNetwork network = TestNetwork.WithExecutors();
        long before = network.State.Clock.Milliseconds;
        long weight = network.State.Clock.Weight;
        long epoch = network.State.Clock.Epoch;
        network.Now += 10L * 365 * 24 * 3600 * 1000;
        Assert.Equal(RefusalReason.None, network.Tick());
        Assert.Equal(before + 10 * 60 * 1000, network.State.Clock.Milliseconds);
        Assert.Equal(epoch + 10, network.State.Clock.Epoch);
        Assert.Equal(weight, network.State.Clock.Weight);
        Assert.All(network.Executors, executor => Assert.NotNull(network.State.Nodes[executor.Id].KeyAt(network.State.Clock.Epoch)));
    }

    [Fact]
    public void T_64_time_jump_by_entries_that_are_refused_moves_no_further()
    {
        var network = new TestNetwork();
        long before = network.State.Clock.Milliseconds;
        network.Now = long.MaxValue;
        for (int i = 1; i <= 5; i++)
        {
            Assert.Equal(RefusalReason.Frame, network.Append([1, 2, 3]).Refusal);
            Assert.InRange(network.State.Clock.Milliseconds, before, before + i * ProtocolLimits.ClockStepMilliseconds);
        }
    }

    [Fact]
    public void T_65_outage()
    {
        TestNetwork network = TestNetwork.WithExecutors();
        TestTask task = network.MustSubmit();
        TestTask served = network.MustSubmit().RunTo(TaskPhase.Serving);
        long epoch = network.State.Clock.Epoch;
        network.Now += 3L * 24 * 3600 * 1000;
        Assert.Equal(RefusalReason.None, network.Tick());
        Assert.Equal(epoch + 10, network.State.Clock.Epoch);
        Assert.Equal("task:completed", served.Outcome);
        Assert.NotEqual("task:expired/deadline", task.Outcome);
        // A day of network time for the task's deadline takes as many ticks as it must, whatever the ledger's clock says.
        int ticks = 0;
        for (long last = epoch; network.State.Clock.Epoch > last; ticks++)
        {
            last = network.State.Clock.Epoch;
            if (network.State.Clock.Milliseconds >= task.State.Submit.DeadlineMilliseconds) break;
            Assert.Equal(RefusalReason.None, network.Tick());
        }
        Assert.InRange(ticks, 140, 150);
    }

    [Fact]
    public void T_66_time_backwards()
    {
        var network = new TestNetwork();
        network.Must(network.AppOwner, network.Asset(network.AppOwner, AssetKind.App));
        string before = network.State.Root().ToString();
        network.Now--;
        LedgerTimeException halt = Assert.Throws<LedgerTimeException>(() => network.Apply(network.AppOwner, network.Asset(network.AppOwner, AssetKind.App)));
        Assert.StartsWith("halt/ledger-time", halt.Message, StringComparison.Ordinal);
        Assert.Equal(before, network.State.Root().ToString());
        Assert.Equal(1, network.State.NextPosition);
    }

    [Fact]
    public void T_67_tick_idle()
    {
        var network = new TestNetwork();
        network.Now += 1_000;
        network.Refused("refused/nothing-due", network.Ticker, new TickEntry());
        network.NextEpoch();
        network.Refused("refused/nothing-due", network.Ticker, new TickEntry());
    }

    [Fact]
    public void T_68_unprotected_header()
    {
        var network = new TestNetwork();
        AssetEntry asset = network.Asset(network.AppOwner, AssetKind.App);
        byte[] good = network.Sign(network.AppOwner, asset);
        // D2 84 58 26 (protected, 38) A0 | 58 or 59 length payload | 58 40 signature.
        const int headers = 42;
        Assert.Equal(0xA0, good[headers]);
        byte[] payload = EntrySigner.Payload(network.AppOwner.NextSequence, asset);
        byte[] signature = good[^64..];
        byte[][] reframed =
        [
            [.. good[..headers], 0xA1, 0x01, 0x00, .. good[(headers + 1)..]],
            good[1..],
            [0xD8, 0x12, .. good[1..]],
            [0xD2, 0x98, 0x04, .. good[2..]],
            [0xD2, 0x84, 0x59, 0x00, .. good[3..]],
            [.. good[..(headers + 1)], 0x59, 0x00, (byte)payload.Length, .. payload, 0x58, 0x40, .. signature],
            [.. good[..^66], 0x59, 0x00, 0x40, .. signature],
            [0xD2, 0x9F, .. good[2..], 0xFF],
            [.. good, 0x00],
            good[..^1],
            [],
        ];
        Assert.InRange(payload.Length, 24, 255);
        foreach (byte[] frame in reframed) network.Refused("refused/frame", frame);
        Assert.True(network.Append(good).Applied);
        network.AppOwner.NextSequence++;
        network.Refused("refused/sequence", good);
    }

    [Fact]
    public void T_69_sequence()
    {
        var network = new TestNetwork();
        byte[][] entries = new byte[4][];
        for (int number = 1; number <= 3; number++)
        {
            network.AppOwner.NextSequence = (ulong)number;
            entries[number] = network.Sign(network.AppOwner, network.Asset(network.AppOwner, AssetKind.App));
        }
        Assert.True(network.Append(entries[1]).Applied);
        Assert.True(network.Append(entries[3]).Applied);
        network.Refused("refused/sequence", entries[2]);
        Assert.Equal(3ul, network.State.LastSequence(network.AppOwner.Id));
        network.AppOwner.NextSequence = 0;
        network.Refused("refused/sequence", network.AppOwner, network.Asset(network.AppOwner, AssetKind.App));
    }

    [Fact]
    public void T_75_refusal_order()
    {
        TestNetwork network = TestNetwork.WithExecutors();
        TestTask task = network.MustSubmit().RunTo(TaskPhase.Ended);
        TestActor nobody = network.Actor("nobody");
        TestActor late = network.Node("late", network.SpareOperators[0], NodeRoles.Executor);
        network.Must(late, network.Registration(late));
        ClaimEntry broken = task.Claim(network.Executors[0]) with { Proof = new byte[80] };

        // Late, unauthorised, not in the snapshot, wrong proof: each time the first that is left.
        network.Refused("refused/unknown-task", nobody, broken with { Task = default });
        network.Refused("refused/late", nobody, broken);
        TestTask claiming = network.MustSubmit().AcceptAll();
        network.Refused("refused/too-early", nobody, broken with { Task = claiming.Id });
        network.AdvanceTo(claiming.State.PhaseDueMilliseconds);
        network.Refused("refused/not-executor", nobody, broken with { Task = claiming.Id });
        network.Refused("refused/not-executor", network.Verifiers[0], broken with { Task = claiming.Id });
        network.Refused("refused/not-in-snapshot", late, broken with { Task = claiming.Id });
        network.Refused("refused/vrf-proof", network.Executors[1], broken with { Task = claiming.Id });

        // Bytes come before the state, and within the bytes: frame, signature, form, envelope, version, kind, fields, sequence.
        byte[] payload = EntrySigner.Payload(network.AppOwner.NextSequence, network.Asset(network.AppOwner, AssetKind.App));
        byte[] badSignature = network.Frame(network.AppOwner, [0xFF]);
        badSignature[^1] ^= 1;
        network.Refused("refused/frame", [.. badSignature, 0]);
        network.Refused("refused/signature", badSignature);
        network.Refused("refused/not-canonical", network.Frame(network.AppOwner, [0xFF]));
        network.Refused("refused/envelope", network.Frame(network.AppOwner, [0xA1, 0x00, 0x02]));
        network.Refused("refused/rules-version", network.Frame(network.AppOwner, [0xA4, 0x00, 0x02, 0x01, 0x18, 0x63, 0x02, 0x00, 0x03, 0xA0]));
        network.Refused("refused/unknown-kind", network.Frame(network.AppOwner, [0xA4, 0x00, 0x01, 0x01, 0x18, 0x63, 0x02, 0x00, 0x03, 0xA0]));
        network.Refused("refused/missing-field", network.Frame(network.AppOwner, [0xA4, 0x00, 0x01, 0x01, 0x05, 0x02, 0x00, 0x03, 0xA0]));
        network.Refused("refused/malformed-field", network.Frame(network.AppOwner, [0xA4, 0x00, 0x01, 0x01, 0x05, 0x02, 0x00, 0x03, 0xA1, 0x00, 0x00]));
        payload[6] = 0;
        network.Refused("refused/sequence", network.Frame(network.AppOwner, payload));
    }

    [Fact]
    public void T_77_foreign_network()
    {
        var network = new TestNetwork();
        // The same name, founders and keys; one millisecond of one window differs.
        var foreign = new TestNetwork(change: genesis => genesis with { Times = genesis.Times with { RunMilliseconds = genesis.Times.RunMilliseconds + 1 } });
        Assert.Equal(network.State.Genesis.Name, foreign.State.Genesis.Name);
        network.Refused("refused/signature", foreign.Sign(foreign.AppOwner, foreign.Asset(foreign.AppOwner, AssetKind.App)));
        network.Refused("refused/signature", foreign.Sign(foreign.Verifiers[0], foreign.Ticket(foreign.Verifiers[0])));
        byte[] noAad = CoseSigner.Sign(network.AppOwner.Key, [], EntrySigner.Payload(1, network.Asset(network.AppOwner, AssetKind.App))).Encoded.ToArray();
        network.Refused("refused/signature", noAad);
    }
}
