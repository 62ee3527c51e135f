using System.Collections.Immutable;
using Errand.Attestation;
using Errand.Protocol;

namespace Errand.Node;

/// <summary>What a verifier, or a key broker for itself, found: a pure function of evidence, policy and network time.</summary>
/// <param name="Result">Every check.</param>
/// <param name="CanonicalClaims">What the evidence says, as canonical CBOR; empty when it is not authentic.</param>
public sealed record AppraisalFinding(AttestationResult Result, ReadOnlyMemory<byte> CanonicalClaims)
{
    /// <summary>True when every check passed.</summary>
    public bool Accepted => Result.Accepted;

    /// <summary>Numbers of the reasons of all failed checks, each once, in order; empty when accepted.</summary>
    public ImmutableArray<ulong> Reasons =>
    [
        .. Result.Checks.Where(check => check.Outcome == CheckOutcome.Failed).Select(check => (ulong)check.Reason)
            .Distinct().Take(ProtocolLimits.VerdictReasonsMax),
    ];

    /// <summary>The same with one more check.</summary>
    public AppraisalFinding And(AttestationCheck check) => this with { Result = Result.Then(AttestationResult.Of(check)) };

    internal static AppraisalFinding Malformed(string name) => new(
        AttestationResult.Of(new AttestationCheck(name, CheckOutcome.Failed, AttestationReason.Malformed, "evidence of the library's form", "another form",
            "Send the evidence as the node software encodes it.")),
        default);
}
