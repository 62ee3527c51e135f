using Errand.Cryptography;
using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>Makes entries: payload {0: version, 1: kind, 2: sequence, 3: body}, signed with the network id as external_aad.</summary>
public static class EntrySigner
{
    /// <summary>Signs an entry.</summary>
    /// <param name="network">The network it is for.</param>
    /// <param name="key">The signer.</param>
    /// <param name="sequence">Above every number the signer has used.</param>
    /// <param name="body">What it says.</param>
    /// <exception cref="ArgumentException">The entry would be longer than a frame may be.</exception>
    public static CoseSign1 Sign(NetworkId network, SigningKey key, ulong sequence, EntryBody body)
    {
        Span<byte> aad = stackalloc byte[Bytes32.Size];
        network.Value.CopyTo(aad);
        return CoseSigner.Sign(key, aad, Payload(sequence, body));
    }

    /// <summary>The payload of an entry.</summary>
    public static byte[] Payload(ulong sequence, EntryBody body)
    {
        CanonicalWriter writer = new CanonicalWriter().Map(4)
            .Key(0).UInt(ProtocolLimits.RulesVersion)
            .Key(1).UInt((ulong)body.Kind)
            .Key(2).UInt(sequence)
            .Key(3);
        body.WriteTo(writer);
        return writer.ToArray();
    }
}
