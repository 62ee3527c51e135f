namespace Errand.Client;

/// <summary>What an appraisal found.</summary>
/// <param name="Accepted">True when every check passed.</param>
/// <param name="Reasons">Codes of the checks that failed.</param>
public sealed record EvidenceFinding(bool Accepted, IReadOnlyList<string> Reasons)
{
    /// <summary>All certificates that came with the evidence, in DER.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Certificates { get; init; } = [];
}
