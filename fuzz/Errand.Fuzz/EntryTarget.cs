using Errand.Cryptography;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Fuzz;

/// <summary>A payload, signed by somebody: the way of an entry into the fold. What decodes encodes to the same bytes.</summary>
internal sealed class EntryTarget(NetworkId network)
{
    private readonly SigningKey _key = SigningKey.FromSeed(new byte[SigningKey.SeedSize]);

    public void Run(FuzzInput input)
    {
        if (input.Bytes.Length > CoseSign1.SizeMax - 256) return;
        Span<byte> aad = stackalloc byte[Bytes32.Size];
        network.Value.CopyTo(aad);
        PreparedEntry entry = PreparedEntry.Prepare(network, CoseSigner.Sign(_key, aad, input.Bytes).Encoded.Span);
        BrokenPromiseException.Unless(entry.Refusal is not (RefusalReason.Frame or RefusalReason.Signature), "a signed payload is not seen as one");
        if (entry.Refusal != RefusalReason.None) return;
        BrokenPromiseException.Unless(EntrySigner.Payload(entry.Sequence, entry.Body!).AsSpan().SequenceEqual(input.Bytes), $"an entry of kind {entry.Body!.Kind} does not encode to itself");
    }
}
