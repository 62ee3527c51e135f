using System.Buffers.Binary;
using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>Terms that are in force or that an open case was opened under.</summary>
internal sealed class TermsState(NetworkTerms terms) : StateRecord(RecordKind.Terms, IdOf(terms.Number))
{
    public NetworkTerms Terms { get; } = terms;

    /// <summary>Open cases under these terms; follows from their records.</summary>
    public int Cases { get; set; }

    /// <summary>The number, big-endian, at the end of 32 bytes.</summary>
    private static Bytes32 IdOf(int number)
    {
        Span<byte> id = stackalloc byte[Bytes32.Size];
        id.Clear();
        BinaryPrimitives.WriteInt32BigEndian(id[^sizeof(int)..], number);
        return new Bytes32(id);
    }

    internal override void WriteTo(CanonicalWriter writer) => Terms.WriteTo(writer);
}
