using Errand.Primitives;

namespace Errand.Simulation;

/// <summary>An authentic quote of a simulated TPM.</summary>
/// <param name="EkId">The endorsement key behind it.</param>
/// <param name="Boots">How often the machine has been started.</param>
/// <param name="Nonce">What it was asked to sign.</param>
internal sealed record TpmQuote(Bytes32 EkId, int Boots, Bytes32 Nonce);
