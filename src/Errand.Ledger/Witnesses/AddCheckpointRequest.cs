using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Unicode;
using Errand.Primitives;

namespace Errand.Ledger;

/// <summary>What a log sends its witnesses: C2SP tlog-witness v1.0.0, the body of add-checkpoint.</summary>
/// <remarks>
/// <code>
/// old N                 size of the last checkpoint the witness cosigned, decimal
/// base64 of a hash      consistency proof from N to the checkpoint, at most 63 lines
/// (empty line)
/// checkpoint            a signed note
/// </code>
/// </remarks>
public sealed record AddCheckpointRequest(long OldSize, IReadOnlyList<Bytes32> Proof, SignedNote Note)
{
    /// <summary>The longest body read.</summary>
    public const int SizeBytesMax = 64 * 1024;

    private const int ProofCountMax = 63, HashLineSize = 44;
    private const string Old = "old ";

    /// <summary>The body.</summary>
    public byte[] ToBytes()
    {
        var text = new StringBuilder(Old).Append(OldSize.ToString(CultureInfo.InvariantCulture)).Append('\n');
        foreach (Bytes32 hash in Proof) text.Append(Convert.ToBase64String(hash.ToArray())).Append('\n');
        return Encoding.UTF8.GetBytes(text.Append('\n').Append(Note).ToString());
    }

    /// <summary>Reads a body; false for anything but the exact form. Verifies nothing. Never throws for content.</summary>
    public static bool TryParse(ReadOnlySpan<byte> body, [NotNullWhen(true)] out AddCheckpointRequest? request)
    {
        request = null;
        if (body.Length > SizeBytesMax || !Utf8.IsValid(body)) return false;
        int blank = body.IndexOf("\n\n"u8);
        if (blank < 0) return false;
        string[] lines = Encoding.UTF8.GetString(body[..blank]).Split('\n', ProofCountMax + 2);
        if (lines.Length > ProofCountMax + 1) return false;
        if (!lines[0].StartsWith(Old, StringComparison.Ordinal) || !Checkpoint.TryParseSize(lines[0][Old.Length..], out long oldSize)) return false;
        var proof = new Bytes32[lines.Length - 1];
        for (int i = 0; i < proof.Length; i++)
        {
            if (lines[i + 1].Length != HashLineSize || !StrictBase64.TryDecode(lines[i + 1], out byte[] hash) || !Bytes32.TryRead(hash, out proof[i])) return false;
        }
        if (!SignedNote.TryParse(body[(blank + 2)..], out SignedNote? note)) return false;
        request = new AddCheckpointRequest(oldSize, proof, note);
        return true;
    }
}
