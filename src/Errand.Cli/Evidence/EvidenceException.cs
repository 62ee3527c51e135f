using Errand.Attestation;

namespace Errand.Cli;

/// <summary>Files that make no evidence, or a policy that does not read.</summary>
internal sealed class EvidenceException(EvidenceFault fault) : Exception(fault.Sentence)
{
    public EvidenceFault Fault { get; } = fault;
}
