using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;

namespace Errand.Ledger;

/// <summary>A text signed by one or more keys: C2SP signed-note v1.0.0, byte for byte.</summary>
/// <remarks>
/// <code>
/// text, one or more lines, each ending in U+000A
/// (empty line)
/// — name base64(key id, 4 bytes big-endian || signature)
/// … further signature lines
/// </code>
/// Parsing says nothing about who signed: ignore <see cref="Text"/> until <see cref="IsSignedBy"/> has said true for a trusted key.
/// </remarks>
public sealed class SignedNote
{
    /// <summary>The longest note read: 64 signatures of post-quantum size fit.</summary>
    public const int SizeBytesMax = 512 * 1024;

    /// <summary>The most signatures read; the format asks for 16 at least.</summary>
    public const int SignatureCountMax = 64;

    private const string LinePrefix = "\u2014 ";
    private const int KeyIdSize = sizeof(uint);

    internal SignedNote(string text, IReadOnlyList<NoteSignature> signatures)
    {
        Text = text;
        Signatures = signatures;
    }

    /// <summary>The signed text with its final newline.</summary>
    public string Text { get; }

    /// <summary>The signature lines in their order, unverified; at least one.</summary>
    public IReadOnlyList<NoteSignature> Signatures { get; }

    /// <summary>Reads a note; false for anything but the one exact form. Verifies nothing. Never throws for content.</summary>
    public static bool TryParse(ReadOnlySpan<byte> encoded, [NotNullWhen(true)] out SignedNote? note)
    {
        note = null;
        if (encoded.Length > SizeBytesMax || !Utf8.IsValid(encoded)) return false;
        string all = Encoding.UTF8.GetString(encoded);
        // "the text is separated from the signatures by the last empty line in the note"
        int blank = all.LastIndexOf("\n\n", StringComparison.Ordinal);
        if (blank < 0) return false;
        string text = all[..(blank + 1)];
        if (!IsText(text) || !TryParseSignatures(all.AsSpan(blank + 2), out List<NoteSignature> signatures)) return false;
        note = new SignedNote(text, signatures);
        return true;
    }

    /// <summary>True when the note has a signature line of this key and every such line verifies. Lines of other keys are ignored.</summary>
    public bool IsSignedBy(VerifierKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        byte[] text = Encoding.UTF8.GetBytes(Text);
        bool any = false;
        foreach (NoteSignature signature in Signatures)
        {
            if (!key.IsNamedBy(signature)) continue;
            // "If the key name and ID match a known key, verifiers MUST verify the signature": a wrong one spoils the note.
            if (!key.Verifies(text, signature)) return false;
            any = true;
        }
        return any;
    }

    /// <summary>The note as it travels, in UTF-8.</summary>
    public byte[] ToBytes() => Encoding.UTF8.GetBytes(ToString());

    /// <summary>The note as it travels.</summary>
    public override string ToString()
    {
        var builder = new StringBuilder(Text).Append('\n');
        foreach (NoteSignature signature in Signatures)
        {
            builder.Append(LineOf(signature));
        }
        return builder.ToString();
    }

    /// <summary>The same text with further signature lines behind those it has. Lines of a name and key id that are there already are left out.</summary>
    /// <exception cref="ArgumentException">There would be more than <see cref="SignatureCountMax"/>.</exception>
    public SignedNote With(IEnumerable<NoteSignature> further)
    {
        ArgumentNullException.ThrowIfNull(further);
        var all = new List<NoteSignature>(Signatures);
        foreach (NoteSignature line in further)
        {
            if (!all.Exists(known => known.KeyId == line.KeyId && known.Name == line.Name)) all.Add(line);
        }
        return all.Count <= SignatureCountMax ? new SignedNote(Text, all) : throw new ArgumentException("A note has no room for so many signatures.", nameof(further));
    }

    /// <summary>A signature line with its newline.</summary>
    internal static string LineOf(NoteSignature signature)
    {
        var bytes = new byte[KeyIdSize + signature.Signature.Length];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, signature.KeyId);
        signature.Signature.CopyTo(bytes.AsMemory(KeyIdSize));
        return $"{LinePrefix}{signature.Name} {Convert.ToBase64String(bytes)}\n";
    }

    /// <summary>Reads signature lines that travel alone, as a witness answers them; false for anything else, and for none.</summary>
    public static bool TryReadLines(ReadOnlySpan<byte> encoded, out IReadOnlyList<NoteSignature> signatures)
    {
        signatures = [];
        if (encoded.Length > SizeBytesMax || !Utf8.IsValid(encoded) || !TryParseSignatures(Encoding.UTF8.GetString(encoded), out List<NoteSignature> read)) return false;
        signatures = read;
        return true;
    }

    /// <summary>True for a text that can be signed: not empty, ends in a newline, no other control characters, no lone surrogates.</summary>
    internal static bool IsText(string text)
    {
        if (!text.EndsWith('\n')) return false;
        foreach (char c in text)
        {
            if (c < 0x20 && c != '\n') return false;
        }
        return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)) == text;
    }

    private static bool TryParseSignatures(ReadOnlySpan<char> lines, out List<NoteSignature> signatures)
    {
        signatures = [];
        while (!lines.IsEmpty)
        {
            int end = lines.IndexOf('\n');
            if (end < 0 || signatures.Count == SignatureCountMax || !TryParseLine(lines[..end], out NoteSignature? signature)) return false;
            signatures.Add(signature);
            lines = lines[(end + 1)..];
        }
        return signatures.Count > 0;
    }

    private static bool TryParseLine(ReadOnlySpan<char> line, [NotNullWhen(true)] out NoteSignature? signature)
    {
        signature = null;
        if (!line.StartsWith(LinePrefix, StringComparison.Ordinal)) return false;
        line = line[LinePrefix.Length..];
        int space = line.IndexOf(' ');
        if (space < 0 || !KeyName.IsValid(line[..space])) return false;
        if (!StrictBase64.TryDecode(line[(space + 1)..], out byte[] bytes) || bytes.Length <= KeyIdSize) return false;
        signature = new NoteSignature(line[..space].ToString(), BinaryPrimitives.ReadUInt32BigEndian(bytes), bytes.AsMemory(KeyIdSize));
        return true;
    }
}
