using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Errand.Cryptography;
using Errand.Primitives;

namespace Errand.Ledger;

/// <summary>The public key of a log or another signer of notes: C2SP signed-note, signature type 0x01 (Ed25519).</summary>
/// <remarks>
/// As text, the "vkey" that public tools take: <c>name+hhhhhhhh+base64(0x01 || public key)</c>, h being the key id in lower-case hexadecimal.
/// </remarks>
public sealed record VerifierKey
{
    private const byte TypeEd25519 = 0x01;
    private const int EncodedSize = 1 + Bytes32.Size;

    /// <summary>A key and its name.</summary>
    /// <exception cref="ArgumentException"><paramref name="name"/> is empty, too long, or holds a space, a plus or a control character.</exception>
    public VerifierKey(string name, PublicKey key)
    {
        if (!KeyName.IsValid(name)) throw new ArgumentException("Not a key name of a signed note.", nameof(name));
        Name = name;
        Key = key;
        KeyId = NoteKeyId.Of(name, TypeEd25519, key);
    }

    /// <summary>The key's name; of a log, its origin.</summary>
    public string Name { get; }

    /// <summary>The Ed25519 public key.</summary>
    public PublicKey Key { get; }

    /// <summary>The first four bytes of SHA-256(name || 0x0A || 0x01 || public key), big-endian.</summary>
    public uint KeyId { get; }

    /// <summary>Reads a vkey; only the exact form <see cref="ToString"/> gives, with the right key id.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out VerifierKey? key)
    {
        key = null;
        // Neither name nor key id hold a plus; base 64 may.
        if (text?.Split('+', 3) is not [string name, { Length: 8 } id, string data] || !KeyName.IsValid(name)) return false;
        if (data.Length != 44 || !StrictBase64.TryDecode(data, out byte[] encoded)) return false;
        if (encoded is not [TypeEd25519, ..] || !Bytes32.TryRead(encoded.AsSpan(1), out Bytes32 value)) return false;
        var parsed = new VerifierKey(name, new PublicKey(value));
        if (id != parsed.KeyIdText) return false;
        key = parsed;
        return true;
    }

    /// <summary>True when <paramref name="signature"/> carries this key's name and id, is 64 bytes long and signs <paramref name="text"/>.</summary>
    internal bool Verifies(ReadOnlySpan<byte> text, NoteSignature signature) =>
        IsNamedBy(signature) && Ed25519.Verify(Key, text, signature.Signature.Span);

    internal bool IsNamedBy(NoteSignature signature) => signature.KeyId == KeyId && signature.Name == Name;

    /// <summary>The vkey.</summary>
    public override string ToString()
    {
        Span<byte> encoded = stackalloc byte[EncodedSize];
        encoded[0] = TypeEd25519;
        Key.Value.CopyTo(encoded[1..]);
        return $"{Name}+{KeyIdText}+{Convert.ToBase64String(encoded)}";
    }

    private string KeyIdText => KeyId.ToString("x8", CultureInfo.InvariantCulture);
}
