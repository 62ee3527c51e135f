using System.Text.Json;
using Errand.Primitives;

namespace Errand.Ledger;

/// <summary>Signs with a key that another program holds (eth_signTransaction, as Web3signer and nodes have it).</summary>
/// <remarks>
/// Not eth_sendTransaction: nonces and the exact bytes that were sent must be known here, or nothing could be sent again. What comes back is taken only if it is just what was
/// to be signed, and signed by the account.
/// </remarks>
public sealed class EvmRemoteSigner : IEvmSigner, IDisposable
{
    private const int FieldsBefore = 9;
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(10);

    private readonly JsonRpc _rpc;

    /// <summary>A signer at an http or https URL; nothing is sent yet.</summary>
    /// <exception cref="ArgumentException">It is no such URL.</exception>
    public EvmRemoteSigner(Uri address, EvmAddress account, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(address);
        _rpc = new JsonRpc(address, AnswerTimeout, time);
        Address = account;
    }

    /// <inheritdoc/>
    public EvmAddress Address { get; }

    async ValueTask<byte[]> IEvmSigner.SignAsync(FeeTransaction transaction, CancellationToken cancellation)
    {
        var call = new Dictionary<string, object?>
        {
            ["type"] = "0x2",
            ["chainId"] = RpcHex.Of(transaction.ChainId),
            ["from"] = Address.ToString(),
            ["nonce"] = RpcHex.Of(transaction.Nonce),
            ["maxPriorityFeePerGas"] = RpcHex.Of(transaction.PriorityFee),
            ["maxFeePerGas"] = RpcHex.Of(transaction.FeeMax),
            ["gas"] = RpcHex.Of(transaction.Gas),
            ["value"] = "0x0",
            ["data"] = RpcHex.Of(transaction.Data.Span),
            ["accessList"] = Array.Empty<object?>(),
        };
        if (transaction.To is { } to) call["to"] = to.ToString();
        JsonElement answer;
        try
        {
            answer = await _rpc.CallAsync("eth_signTransaction", [call], cancellation).ConfigureAwait(false);
        }
        catch (RpcRefusal refusal)
        {
            throw new LedgerException(LedgerFault.Transport, $"The signer {_rpc.Name} refuses: {refusal.Message}.", refusal);
        }
        // Some give the transaction as an object beside its bytes.
        if (RpcHex.TryGet(answer, "raw", out JsonElement raw)) answer = raw;
        if (RpcHex.TryBytes(answer, out byte[]? signed) && TrySignature(signed) is { } signature && signature.Recover(transaction.SigningHash) == Address && transaction.With(signature).AsSpan().SequenceEqual(signed))
            return signed;
        throw new LedgerException(LedgerFault.Transport, $"The signer {_rpc.Name} gives something else than this transaction signed by {Address}.");
    }

    /// <inheritdoc/>
    public void Dispose() => _rpc.Dispose();

    // The last three items of twelve; whether all the rest is as it should be shows when it is written again.
    private static EvmSignature? TrySignature(ReadOnlySpan<byte> signed)
    {
        if (signed.Length == 0 || !RlpReader.TryList(signed[1..], out ReadOnlySpan<byte> items)) return null;
        for (int i = 0; i < FieldsBefore; i++)
            if (!RlpReader.TryItem(ref items, out _)) return null;
        if (!RlpReader.TryItem(ref items, out ReadOnlySpan<byte> oddY) || !RlpReader.TryItem(ref items, out ReadOnlySpan<byte> r) || !RlpReader.TryItem(ref items, out ReadOnlySpan<byte> s)) return null;
        return r.Length > Bytes32.Size || s.Length > Bytes32.Size ? null : new EvmSignature(ToBytes(r), ToBytes(s), oddY is [1]);
    }

    private static Bytes32 ToBytes(ReadOnlySpan<byte> number)
    {
        Span<byte> bytes = stackalloc byte[Bytes32.Size];
        bytes.Clear();
        number.CopyTo(bytes[(Bytes32.Size - number.Length)..]);
        return new Bytes32(bytes);
    }
}
