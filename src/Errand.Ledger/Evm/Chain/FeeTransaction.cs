using Errand.Primitives;

namespace Errand.Ledger;

/// <summary>A transaction with its own fee (EIP-1559) that sends data and no money.</summary>
/// <param name="ChainId">The chain for which alone it is good.</param>
/// <param name="Nonce">How many transactions the account has made before.</param>
/// <param name="PriorityFee">Wei per gas for whoever makes the block.</param>
/// <param name="FeeMax">Wei per gas altogether.</param>
/// <param name="Gas">The limit.</param>
/// <param name="To">The contract; null to make one.</param>
/// <param name="Data">What it is called with.</param>
internal sealed record FeeTransaction(ulong ChainId, ulong Nonce, ulong PriorityFee, ulong FeeMax, ulong Gas, EvmAddress? To, ReadOnlyMemory<byte> Data)
{
    private const byte Type = 2;

    /// <summary>What is signed.</summary>
    internal Bytes32 SigningHash => Keccak.Hash([Type, .. Rlp.List(Fields())]);

    /// <summary>Signs it: the bytes for eth_sendRawTransaction. Their Keccak-256 is the transaction's hash.</summary>
    internal byte[] Sign(EvmKey key) => With(key.Sign(SigningHash));

    /// <summary>The signed form with a signature that was made elsewhere.</summary>
    internal byte[] With(EvmSignature signature) =>
        [Type, .. Rlp.List(Fields().Concat([Rlp.Number(signature.OddY ? 1UL : 0), Rlp.Number(signature.R.ToArray()), Rlp.Number(signature.S.ToArray())]))];

    private IEnumerable<byte[]> Fields() =>
    [
        Rlp.Number(ChainId),
        Rlp.Number(Nonce),
        Rlp.Number(PriorityFee),
        Rlp.Number(FeeMax),
        Rlp.Number(Gas),
        Rlp.Bytes(To is { } to ? to.ToArray() : []),
        Rlp.Number(0),
        Rlp.Bytes(Data.Span),
        Rlp.List(), // No access list.
    ];
}
