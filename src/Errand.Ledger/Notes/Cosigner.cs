using System.Buffers.Binary;
using Errand.Cryptography;

namespace Errand.Ledger;

/// <summary>Makes cosignatures with a witness's key (C2SP tlog-cosignature). Decides nothing: <see cref="Witness"/> does. Does not own the key. Thread-safe.</summary>
public sealed class Cosigner(CosignerKey name, SigningKey key)
{
    /// <summary>A verifier's cosigner under its network name.</summary>
    public static Cosigner OfNode(SigningKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return new Cosigner(CosignerKey.OfNode(key.PublicKey), key);
    }

    /// <summary>What others verify it with.</summary>
    public CosignerKey Key { get; } = name.Key == key.PublicKey ? name : throw new ArgumentException("The name is another key's.", nameof(name));

    /// <summary>The signature line over a checkpoint at a time.</summary>
    public NoteSignature Cosign(Checkpoint checkpoint, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        long seconds = at.ToUnixTimeSeconds();
        ArgumentOutOfRangeException.ThrowIfNegative(seconds, nameof(at));
        var signature = new byte[CosignerKey.SignatureSize];
        BinaryPrimitives.WriteInt64BigEndian(signature, seconds);
        key.Sign(CosignerKey.Message(checkpoint.ToText(), seconds), signature.AsSpan(sizeof(long)));
        return new NoteSignature(Key.Name, Key.KeyId, signature);
    }
}
