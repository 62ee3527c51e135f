using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Simulation;

/// <summary>What appraising an enclave takes: the evidence, and what its executor qualified with.</summary>
internal sealed record EvidenceCase(NetworkId Network, EvidenceEntry Evidence, PublicKey Executor, Bytes32 Seed, Bytes32 Chip, Bytes32 EkId, int Boots, NetworkTerms Terms);
