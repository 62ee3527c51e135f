using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>Who may stand behind nodes, and behind how many (docs/protocol.md section 6.1.6).</summary>
/// <param name="Sponsors">Listed operators that together admit a new one; 0 leaves it to governance alone.</param>
/// <param name="SponsorshipsMax">New operators that one listed operator may ever sponsor.</param>
/// <param name="NodesMax">Nodes of one operator, counting those whose hardware is still cooling down.</param>
/// <param name="CooldownEpochs">Epochs for which hardware that a node has left backs no other node.</param>
public sealed record AdmissionRule(int Sponsors, int SponsorshipsMax, int NodesMax, int CooldownEpochs)
{
    private const int CountMax = 1 << 16;
    private const int EpochsMax = 1 << 20;

    internal void WriteTo(CanonicalWriter writer) => writer.Map(4)
        .Key(0).UInt((ulong)Sponsors).Key(1).UInt((ulong)SponsorshipsMax).Key(2).UInt((ulong)NodesMax).Key(3).UInt((ulong)CooldownEpochs);

    internal static AdmissionRule Read(ReadOnlySpan<byte> map, out FieldError error)
    {
        var fields = new FieldReader(map);
        var rule = new AdmissionRule(fields.Int(0, ProtocolLimits.ListMax), fields.Int(1, CountMax), fields.Int(2, CountMax), fields.Int(3, EpochsMax));
        if (rule.NodesMax == 0) fields.Fail(FieldError.Malformed);
        error = fields.Close();
        return rule;
    }
}
