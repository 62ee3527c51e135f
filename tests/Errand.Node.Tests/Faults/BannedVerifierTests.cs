using Errand.Client;
using Errand.Cryptography;
using Errand.Ledger;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Node.Tests;

/// <summary>A running network in which verifiers lie: the others find out by themselves.</summary>
[Collection(NetworkSuite.Name)]
public sealed class BannedVerifierTests : IAsyncDisposable
{
    private readonly LogBook _log = new();
    private readonly List<IDisposable> _held = [];
    private RunningNetwork? _network;

    [Fact]
    public async Task Verifiers_that_vote_twice_or_copy_are_banned_and_one_that_accuses_falsely_waits()
    {
        RunningNetwork network = _network = await RunningNetwork.StartAsync(_log);
        Identity falseAccuser = Open(network, "verifier-1");
        // Whoever comes after the quorum need not vote at all: those who did are taken.
        Identity[] others = [.. Enumerable.Range(2, 6).Select(i => Open(network, $"verifier-{i}"))];
        await network.UntilAsync(_ => others.Count(verifier => TryFindJudged(network, falseAccuser, verifier) is not null) >= 3);
        Identity[] voters = [.. others.Where(verifier => TryFindJudged(network, falseAccuser, verifier) is not null)];
        Identity judge = voters[0], lazy = voters[1], twice = voters[2];

        // A committee of the others looks again, and finds that what is accused is right.
        (VerdictEntry verdict, PublicKey node, long position, ReadOnlyMemory<byte> frame) = await JudgedByAsync(network, falseAccuser, judge);
        await PostAsync(network, falseAccuser, new FaultEntry { Charge = FaultCharge.WrongFinding, Exhibits = [frame], Node = node, EvidencePosition = position });
        FaultCase dismissed = Assert.Single(network.State.Faults.Values);
        await network.UntilAsync(_ => dismissed.Result != BallotResult.Open);
        Assert.Equal(BallotResult.Rejected, dismissed.Result);
        Assert.Equal(1, network.State.Accusers[network.State.Nodes[falseAccuser.PublicKey].Operator].Failures);
        Assert.All(network.Applied<VerdictEntry>().Where(vote => vote.Role == CommitteeRole.Fault), vote => Assert.Equal([(ulong)FaultDismissal.FindingRight], vote.Reasons));

        // T-61 with real evidence: a verdict with a neighbour's digest, which need not even be on the ledger.
        (verdict, node, position, _) = await JudgedByAsync(network, falseAccuser, lazy);
        VerdictEntry copied = verdict with { AppraisalDigest = network.Applied<VerdictEntry>().First(other => other.CaseId == verdict.CaseId && other.AppraisalDigest != verdict.AppraisalDigest).AppraisalDigest };
        ReadOnlyMemory<byte> exhibit = EntrySigner.Sign(network.State.Network, lazy.Key, 1, copied).Encoded;
        await PostAsync(network, twice, new FaultEntry { Charge = FaultCharge.AppraisalDigest, Exhibits = [exhibit], Node = node, EvidencePosition = position });
        await network.UntilAsync(state => state.Nodes[lazy.PublicKey].IsBanned);
        AssertBanned(network.State, lazy.PublicKey, FaultCharge.AppraisalDigest);

        // A verifier that votes again, the other way: nobody is told, and somebody charges it.
        (verdict, _, _, _) = await JudgedByAsync(network, falseAccuser, twice);
        VerdictEntry second = verdict with { Accept = !verdict.Accept, Reasons = verdict.Accept ? [22] : [] };
        ApplyResult refused = await network.AppendAsync(EntrySigner.Sign(network.State.Network, twice.Key, network.State.LastSequence(twice.PublicKey) + 1, second).Encoded);
        Assert.False(refused.Applied);
        await network.UntilAsync(state => state.Nodes[twice.PublicKey].IsBanned);
        AssertBanned(network.State, twice.PublicKey, FaultCharge.DoubleVote);
        (LedgerEntry _, ApplyResult charge) = network.History.Single(seen => seen.Result is { Applied: true, Entry.Body: FaultEntry { Charge: FaultCharge.DoubleVote } });
        Assert.DoesNotContain(charge.Entry.Signer, new[] { twice.PublicKey, lazy.PublicKey });

        // Who is honest is where it was, and the network goes on.
        Assert.Equal(2, network.State.BannedOperators.Count);
        long epoch = network.State.Clock.Epoch;
        await network.UntilAsync(state => state.Clock.Epoch > epoch + 1);
        Assert.Equal(5, network.State.Clock.Weight);
    }

    public async ValueTask DisposeAsync()
    {
        if (Environment.GetEnvironmentVariable("ERRAND_TEST_LOG") is { Length: > 0 } file) await File.WriteAllTextAsync($"{file}.faults", _log.Text);
        if (_network is not null) await _network.DisposeAsync();
        foreach (IDisposable held in _held) held.Dispose();
        _log.Dispose();
    }

    private static void AssertBanned(NetworkState state, PublicKey verifier, FaultCharge charge)
    {
        NodeState node = state.Nodes[verifier];
        Assert.True(node.Retired && !node.IsActive);
        Assert.Equal((verifier, charge), (state.BannedKeys[node.EkId!.Value].Node, state.BannedKeys[node.EkId!.Value].Charge));
        Assert.Equal((verifier, charge), (state.BannedOperators[node.Operator.Value].Node, state.BannedOperators[node.Operator.Value].Charge));
    }

    // A verdict of a verifier on an offer of somebody who is neither it nor the other. It may come after the quorum.
    private static async Task<(VerdictEntry Verdict, PublicKey Node, long Position, ReadOnlyMemory<byte> Frame)> JudgedByAsync(RunningNetwork network, Identity apart, Identity verifier)
    {
        (VerdictEntry, PublicKey, long, ReadOnlyMemory<byte>)? found = null;
        await network.UntilAsync(_ => (found = TryFindJudged(network, apart, verifier)) is not null);
        return found!.Value;
    }

    private static (VerdictEntry, PublicKey, long, ReadOnlyMemory<byte>)? TryFindJudged(RunningNetwork network, Identity apart, Identity verifier)
    {
        foreach ((LedgerEntry entry, ApplyResult result) in network.History.Where(seen => seen.Result is { Applied: true, Entry.Body: OfferEntry }))
        {
            if (result.Entry.Signer == apart.PublicKey || network.State.Nodes[result.Entry.Signer].Roles != NodeRoles.Executor) continue;
            Bytes32 caseId = OfferEntry.CaseId(network.State.Network, result.Entry.Signer, ((OfferEntry)result.Entry.Body!).Number);
            (LedgerEntry votedEntry, ApplyResult voted) = network.History.FirstOrDefault(seen => seen.Result is { Applied: true, Entry.Body: VerdictEntry verdict }
                && verdict.CaseId == caseId && seen.Result.Entry.Signer == verifier.PublicKey);
            if (voted.Entry is not null) return ((VerdictEntry)voted.Entry.Body!, result.Entry.Signer, entry.Position, votedEntry.Bytes);
        }
        return null;
    }

    private static async Task PostAsync(RunningNetwork network, Identity signer, EntryBody body)
    {
        using var publisher = new EntryPublisher(network.Ledger, network.State.Network, signer.Key, TimeProvider.System);
        for (int tries = 1; ; tries++)
        {
            publisher.NoteSequence(network.State.LastSequence(signer.PublicKey));
            (EntryId id, _) = await publisher.PublishFrameAsync(body, CancellationToken.None);
            await network.UntilAsync(_ => network.History.Exists(seen => seen.Result.Entry.Id == id));
            ApplyResult result = network.History.First(seen => seen.Result.Entry.Id == id).Result;
            if (result.Applied) return;
            // The verifier's own program may have taken the number.
            Assert.True(result.Refusal == RefusalReason.Sequence && tries < 20, result.Refusal.Code());
        }
    }

    private Identity Open(RunningNetwork network, string name)
    {
        KeyStore store = KeyStore.Open(Path.Combine(network.Folder.Node(name), "keys"), RunningNetwork.PassphraseText);
        Identity identity = Identity.Load(store);
        _held.Add(identity);
        _held.Add(store);
        return identity;
    }
}
