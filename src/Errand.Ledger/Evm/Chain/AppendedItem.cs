using Errand.Primitives;

namespace Errand.Ledger;

/// <summary>An event of the contract, as an endpoint tells it.</summary>
/// <param name="Block">The block's number.</param>
/// <param name="Index">Place among the block's logs.</param>
/// <param name="Tip">The contract's tip after it.</param>
/// <param name="From">Whose transaction it was.</param>
/// <param name="Id">Keccak-256 of <paramref name="Bytes"/>, as the contract says.</param>
/// <param name="Time">Of the block, in seconds since 1970.</param>
/// <param name="Bytes">What was appended.</param>
internal sealed record AppendedItem(ulong Block, ulong Index, Bytes32 Tip, EvmAddress From, Bytes32 Id, ulong Time, byte[] Bytes);
