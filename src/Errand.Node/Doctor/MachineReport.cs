using Errand.Attestation;

namespace Errand.Node;

/// <summary>What a machine can prove.</summary>
/// <param name="Findings">What was looked at, in order.</param>
/// <param name="Verdict">What a verifier of the given network would say to the machine's evidence; null when none was given, or there is no evidence.</param>
public sealed record MachineReport(IReadOnlyList<MachineFinding> Findings, AttestationResult? Verdict)
{
    /// <summary>True when nothing keeps the machine from being a node, and no verifier would reject it.</summary>
    public bool IsFit => Findings.All(finding => finding.Outcome != FindingOutcome.Fault) && Verdict?.Accepted != false;
}
