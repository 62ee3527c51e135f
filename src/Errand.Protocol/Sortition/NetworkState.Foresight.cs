using Errand.Cryptography;
using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>Verifying VRF proofs ahead of the fold: they are two thirds of its time, and need not wait for their turn.</summary>
public sealed partial class NetworkState
{
    private const int LookedPerProof = 16;

    /// <summary>
    /// Guesses from the present state which proof an entry to come will have checked, and notes it on the entry. Call it on the
    /// thread that applies, some entries ahead; then <see cref="ForeseenProof.Verify"/> on any thread; then apply.
    /// </summary>
    /// <returns>Null when nothing can be guessed yet: the fold then verifies by itself.</returns>
    public ForeseenProof? Foresee(PreparedEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        (VrfPublicKey Key, byte[] Input, ReadOnlyMemory<byte> Proof)? question = entry.Body switch
        {
            RegisterEntry register => (register.VrfKey, RegisterEntry.PossessionInput(Network, entry.Signer), register.VrfPossession),
            TicketEntry ticket => ForeseeTicket(ticket, entry.Signer),
            AcceptEntry accept => (accept.VrfKey, AcceptEntry.Input(Network, accept.Task), accept.Proof),
            ClaimEntry claim => ForeseeClaim(claim, entry.Signer),
            VerdictEntry verdict => ForeseeVerdict(verdict, entry.Signer),
            _ => null,
        };
        entry.Foreseen = question is { } asked ? new ForeseenProof(asked.Key, asked.Input, asked.Proof) : null;
        return entry.Foreseen;
    }

    /// <summary>
    /// Verifies the proof that the first of some waiting entries brings together with those of entries after it, where that is faster
    /// than one by one. Call it on the thread that applies, before the first is applied; results are those of <see cref="Apply(long, PreparedEntry)"/> alone.
    /// </summary>
    /// <param name="waiting">The next entries in their order, prepared; as many are looked at as it takes.</param>
    public void ForeseeTogether(IEnumerable<PreparedEntry> waiting)
    {
        IReadOnlyList<ForeseenProof> proofs = ForeseeAhead(waiting, ForeseenProof.Together);
        // One alone the fold verifies itself.
        if (proofs.Count > 1) ForeseenProof.VerifyAll(proofs);
    }

    /// <summary>
    /// The proof that the first of some waiting entries brings, unless it has been verified, and proofs of entries after it: to be
    /// verified by <see cref="ForeseenProof.VerifyAll"/>, on any threads, before the first is applied.
    /// </summary>
    /// <param name="waiting">The next entries in their order, prepared; as many are looked at as it takes.</param>
    /// <param name="countMax">At most so many.</param>
    /// <returns>None when the first brings none, or none that can be guessed: the others can wait until one of them is the first.</returns>
    public IReadOnlyList<ForeseenProof> ForeseeAhead(IEnumerable<PreparedEntry> waiting, int countMax)
    {
        ArgumentNullException.ThrowIfNull(waiting);
        var proofs = new List<ForeseenProof>();
        int looked = 0;
        foreach (PreparedEntry entry in waiting)
        {
            bool isVerified = entry.Foreseen is { IsVerified: true };
            if (!isVerified && Foresee(entry) is { } proof) proofs.Add(proof);
            // Where few can be guessed, looking for them would cost more than they save.
            if (proofs.Count == 0 || proofs.Count == countMax || ++looked > LookedPerProof * (proofs.Count + ForeseenProof.Together)) break;
        }
        return proofs;
    }

    private (VrfPublicKey Key, byte[] Input, ReadOnlyMemory<byte> Proof)? ForeseeTicket(TicketEntry ticket, PublicKey signer)
    {
        if (ticket.Epoch != Clock.Epoch || !_nodes.TryGetValue(signer, out NodeState? node) || node.KeyAt(Math.Max(0, ticket.Epoch - 1)) is not { } key) return null;
        return (key, TicketEntry.Input(Network, ticket.Epoch, Clock.Randomness.Randomness), ticket.Proof);
    }

    private (VrfPublicKey Key, byte[] Input, ReadOnlyMemory<byte> Proof)? ForeseeClaim(ClaimEntry claim, PublicKey signer)
    {
        if (!_tasks.TryGetValue(claim.Task, out TaskState? task) || task.Phase != TaskPhase.Claiming) return null;
        if (!_nodes.TryGetValue(signer, out NodeState? node) || node.KeyAt(task.SnapshotEpoch) is not { } key) return null;
        return (key, ClaimInput(task), claim.Proof);
    }

    private (VrfPublicKey Key, byte[] Input, ReadOnlyMemory<byte> Proof)? ForeseeVerdict(VerdictEntry verdict, PublicKey signer)
    {
        if (FindSubject(verdict, out VerdictSubject subject, out Ballot ballot) != RefusalReason.None) return null;
        if (CheckVoter(verdict, signer, subject, ballot, out VrfPublicKey key, out _) != RefusalReason.None) return null;
        return (key, VerdictInput(verdict, subject), verdict.Proof);
    }

    /// <summary>Takes the outcome that was foreseen, if it is of exactly this question; verifies otherwise.</summary>
    private static bool TryVerify(EntryContext context, VrfPublicKey key, ReadOnlySpan<byte> input, ReadOnlySpan<byte> proof, Span<byte> beta) =>
        context.Foreseen is { } foreseen && foreseen.TryAnswer(key, input, proof, beta, out bool holds)
            ? holds
            : Vrf.TryVerify(key, input, proof, beta);
}
