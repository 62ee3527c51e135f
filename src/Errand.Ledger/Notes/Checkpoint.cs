using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Errand.Primitives;

namespace Errand.Ledger;

/// <summary>The head of a ledger's Merkle tree at one size: the text of a C2SP tlog-checkpoint v1.0.0.</summary>
/// <remarks>
/// <code>
/// origin
/// size in decimal, no leading zeros
/// base64 of the root, 44 characters
/// </code>
/// Extension lines are discouraged by the format and never written here, so a text that has them is refused.
/// </remarks>
/// <param name="Origin">Names the log.</param>
/// <param name="Size">Number of leaves, 0 or more.</param>
/// <param name="Root">The tree hash over them (RFC 9162 section 2.1.1).</param>
public sealed record Checkpoint(string Origin, long Size, Bytes32 Root)
{
    /// <summary>The origin line, and key name, of a network's ledger: "errand/" and the network id in hexadecimal.</summary>
    public static string OriginOf(NetworkId network) => $"errand/{network}";

    /// <summary>Reads the text of a checkpoint; false for anything but the exact form <see cref="ToText"/> gives.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out Checkpoint? checkpoint)
    {
        checkpoint = null;
        if (text?.Split('\n', 5) is not [{ Length: > 0 } origin, string size, { Length: 44 } root, ""]) return false;
        if (!TryParseSize(size, out long leaves)) return false;
        if (!StrictBase64.TryDecode(root, out byte[] bytes) || !Bytes32.TryRead(bytes, out Bytes32 hash)) return false;
        checkpoint = new Checkpoint(origin, leaves, hash);
        return true;
    }

    /// <summary>Reads a signed checkpoint: a note signed by <paramref name="key"/> whose origin is the key's name.</summary>
    /// <returns>False for any malformed or wrong input. Never throws for content.</returns>
    public static bool TryOpen(ReadOnlySpan<byte> encoded, VerifierKey key, [NotNullWhen(true)] out SignedCheckpoint? signed)
    {
        ArgumentNullException.ThrowIfNull(key);
        signed = null;
        if (!SignedNote.TryParse(encoded, out SignedNote? note) || !note.IsSignedBy(key)) return false;
        if (!TryParse(note.Text, out Checkpoint? checkpoint) || checkpoint.Origin != key.Name) return false;
        signed = new SignedCheckpoint(checkpoint, note);
        return true;
    }

    /// <summary>Signs the checkpoint.</summary>
    /// <exception cref="ArgumentException">The signer's name is not the origin.</exception>
    public SignedCheckpoint Sign(NoteSigner signer)
    {
        ArgumentNullException.ThrowIfNull(signer);
        if (signer.VerifierKey.Name != Origin) throw new ArgumentException("A log signs checkpoints of its own origin only.", nameof(signer));
        return new SignedCheckpoint(this, signer.Sign(ToText()));
    }

    /// <summary>The three lines, each with its newline.</summary>
    public string ToText() => string.Create(CultureInfo.InvariantCulture, $"{Origin}\n{Size}\n{Convert.ToBase64String(Root.ToArray())}\n");

    internal static bool TryParseSize(string text, out long size)
    {
        size = 0;
        if (text.Length is 0 or > 19 || text.AsSpan().IndexOfAnyExceptInRange('0', '9') >= 0) return false;
        if (text is ['0', _, ..]) return false;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out size);
    }
}
