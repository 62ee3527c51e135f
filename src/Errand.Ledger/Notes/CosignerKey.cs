using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Errand.Cryptography;
using Errand.Primitives;

namespace Errand.Ledger;

/// <summary>The public key of a witness: C2SP tlog-cosignature v1.0.1, signature type 0x04 (Ed25519, cosignature/v1).</summary>
/// <remarks>
/// <code>
/// signature   timestamp, 8 bytes, seconds since 1970, big-endian || Ed25519 signature, 64 bytes
/// over        "cosignature/v1" LF "time " timestamp LF and the checkpoint's text
/// vkey        name+hhhhhhhh+base64(0x04 || public key)
/// </code>
/// Type 0x06 (ML-DSA-44) is not made or counted yet: the platform has no such key where this software runs today.
/// </remarks>
public sealed record CosignerKey
{
    internal const int SignatureSize = sizeof(long) + Ed25519.SignatureSize;

    private const byte TypeCosignature = 0x04;
    private const int EncodedSize = 1 + Bytes32.Size;

    /// <summary>A key and its name.</summary>
    /// <exception cref="ArgumentException"><paramref name="name"/> is no key name.</exception>
    public CosignerKey(string name, PublicKey key)
    {
        if (!KeyName.IsValid(name)) throw new ArgumentException("Not a key name of a signed note.", nameof(name));
        Name = name;
        Key = key;
        KeyId = NoteKeyId.Of(name, TypeCosignature, key);
    }

    /// <summary>The witness's name.</summary>
    public string Name { get; }

    /// <summary>The Ed25519 public key.</summary>
    public PublicKey Key { get; }

    /// <summary>The first four bytes of SHA-256(name || 0x0A || 0x04 || public key), big-endian.</summary>
    public uint KeyId { get; }

    /// <summary>The key of a network's verifier as a witness: its name is "errand/witness/" and the node's key in hexadecimal.</summary>
    public static CosignerKey OfNode(PublicKey node) => new($"errand/witness/{node}", node);

    /// <summary>Reads a vkey; only the exact form <see cref="ToString"/> gives, with the right key id.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out CosignerKey? key)
    {
        key = null;
        if (text?.Split('+', 3) is not [string name, { Length: 8 } id, { Length: 44 } data] || !KeyName.IsValid(name)) return false;
        if (!StrictBase64.TryDecode(data, out byte[] encoded)) return false;
        if (encoded is not [TypeCosignature, ..] || !Bytes32.TryRead(encoded.AsSpan(1), out Bytes32 value)) return false;
        var parsed = new CosignerKey(name, new PublicKey(value));
        if (id != parsed.KeyIdText) return false;
        key = parsed;
        return true;
    }

    /// <summary>True when a note carries this witness's cosignature and every line of it verifies; gives the time of the first.</summary>
    public bool HasCosigned(SignedNote note, out DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(note);
        at = default;
        bool any = false;
        foreach (NoteSignature line in note.Signatures)
        {
            if (!Names(line)) continue;
            if (!Verifies(note.Text, line, out DateTimeOffset time)) return false;
            if (!any) at = time;
            any = true;
        }
        return any;
    }

    /// <summary>True when a signature line carries this key's name and id; says nothing of the signature.</summary>
    public bool Names(NoteSignature line)
    {
        ArgumentNullException.ThrowIfNull(line);
        return line.KeyId == KeyId && line.Name == Name;
    }

    /// <summary>The vkey.</summary>
    public override string ToString()
    {
        Span<byte> encoded = stackalloc byte[EncodedSize];
        encoded[0] = TypeCosignature;
        Key.Value.CopyTo(encoded[1..]);
        return $"{Name}+{KeyIdText}+{Convert.ToBase64String(encoded)}";
    }


    internal static byte[] Message(string text, long seconds) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"cosignature/v1\ntime {seconds}\n{text}"));

    private bool Verifies(string text, NoteSignature line, out DateTimeOffset at)
    {
        at = default;
        ReadOnlySpan<byte> bytes = line.Signature.Span;
        if (bytes.Length != SignatureSize) return false;
        // "It MUST NOT exceed 2^63 - 1"; what a calendar cannot hold is refused too.
        ulong seconds = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        if (seconds > (ulong)DateTimeOffset.MaxValue.ToUnixTimeSeconds()) return false;
        if (!Ed25519.Verify(Key, Message(text, (long)seconds), bytes[sizeof(long)..])) return false;
        at = DateTimeOffset.FromUnixTimeSeconds((long)seconds);
        return true;
    }

    private string KeyIdText => KeyId.ToString("x8", CultureInfo.InvariantCulture);
}
