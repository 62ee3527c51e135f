using System.Globalization;
using System.Text;

namespace Errand.Ledger;

/// <summary>What a witness answers to add-checkpoint, as HTTP says it.</summary>
/// <param name="Status">200 cosigned · 400 malformed · 403 not signed by the log · 404 unknown log · 409 another size or root was cosigned · 422 the proof does not hold.</param>
/// <param name="ContentType">Media type of the body.</param>
/// <param name="Body">Signature lines; the size that was cosigned last; or nothing.</param>
public sealed record WitnessAnswer(int Status, string ContentType, ReadOnlyMemory<byte> Body)
{
    internal const string TextType = "text/plain; charset=utf-8", SizeType = "text/x.tlog.size";

    internal static WitnessAnswer Malformed { get; } = new(400, TextType, default);

    internal static WitnessAnswer NotSigned { get; } = new(403, TextType, default);

    internal static WitnessAnswer UnknownLog { get; } = new(404, TextType, default);

    internal static WitnessAnswer NoProof { get; } = new(422, TextType, default);

    internal static WitnessAnswer Conflict(long size) =>
        new(409, SizeType, Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{size}\n")));

    internal static WitnessAnswer Cosigned(NoteSignature line) => new(200, TextType, Encoding.UTF8.GetBytes(SignedNote.LineOf(line)));
}
