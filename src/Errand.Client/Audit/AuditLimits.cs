namespace Errand.Client;

/// <summary>What each level of an audit shows and does not show, in words.</summary>
internal static class AuditLimits
{
    public static IEnumerable<string> Shown(AuditCode level, bool networkKnown)
    {
        if (networkKnown) yield return "The bundle is of the network you named.";
        yield return "Evidence: a report of a listed enclave, signed by the chip of the executor's offer, names this task, attempt, executor, seed and the enclave's keys; a fresh quote by the offer's attestation key goes with it.";
        yield return "Receipt: signed by the key in that report, for this task, attempt and result.";
        if (level == AuditCode.Level1) yield break;
        yield return "Log: every entry's signature, every VRF proof and seat, every deadline and the order of votes, folded here from the first entry to the receipt.";
        if (level == AuditCode.Level2) yield break;
        yield return "Checkpoint: this log is the one over which the checkpoint that you trust was signed; nothing was left out, added or reordered.";
    }

    public static IEnumerable<string> NotShown(AuditCode level, bool networkKnown)
    {
        if (!networkKnown) yield return "Which network: roots, reference values and members are those of the genesis in the bundle, which anybody can make. Name the network with --network-id.";
        if (level == AuditCode.Level1)
        {
            yield return "That the executor had qualified: the committee's votes on its offer are not in the bundle.";
            yield return "Owners' accepts, the draw of the executor, votes and releases: the bundle's log is needed for them.";
            yield return "When it happened: the times of appraisal are claims of whoever made the bundle.";
        }
        if (level != AuditCode.Level3) yield return "That others saw the same history: whoever holds enough keys can make a private one. A checkpoint that you trust is needed (--checkpoint).";
        yield return "That the app computed what its author says: its content id is shown, not its meaning.";
        yield return "That nobody attacked the chip with laboratory means, or since then found a flaw in it.";
    }
}
