using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>How committees are drawn.</summary>
/// <param name="Size">τ, the expected number of seats: 128 by default.</param>
/// <param name="Rounds">Rounds of one attempt.</param>
/// <param name="Attempts">Attempts of one task.</param>
/// <param name="VerifiersMin">Below this many qualified verifiers no case opens.</param>
public sealed record CommitteeParameters(int Size, int Rounds, int Attempts, int VerifiersMin)
{
    private const int SizeMax = 1 << 16;
    private const int RoundsMax = 16;

    internal void WriteTo(CanonicalWriter writer) => writer.Map(4)
        .Key(0).UInt((ulong)Size).Key(1).UInt((ulong)Rounds).Key(2).UInt((ulong)Attempts).Key(3).UInt((ulong)VerifiersMin);

    internal static CommitteeParameters Read(ref FieldReader outer, int key)
    {
        CommitteeParameters parameters = Read(outer.Item(key), out FieldError error);
        outer.Fail(error);
        return parameters;
    }

    internal static CommitteeParameters Read(ReadOnlySpan<byte> map, out FieldError error)
    {
        var fields = new FieldReader(map);
        var parameters = new CommitteeParameters(fields.Int(0, SizeMax), fields.Int(1, RoundsMax), fields.Int(2, RoundsMax), fields.Int(3, SizeMax));
        if (parameters.Size == 0 || parameters.Rounds == 0 || parameters.Attempts == 0 || parameters.VerifiersMin == 0) fields.Fail(FieldError.Malformed);
        error = fields.Close();
        return parameters;
    }
}
