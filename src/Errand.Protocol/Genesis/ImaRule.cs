using System.Collections.Immutable;
using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>What the kernels of machines may have measured (IMA). The attestation library reads it; the fold does not.</summary>
/// <param name="Required">Whether a Proof of Trust must carry a measurement list.</param>
/// <param name="Files">SHA-256 digests of files that may be on it, rising strictly; empty to allow any.</param>
public sealed record ImaRule(bool Required, ImmutableArray<Bytes32> Files)
{
    /// <summary>A list is not asked for, and one that is offered may have any file on it.</summary>
    public static ImaRule None { get; } = new(Required: false, []);

    /// <summary>True when it is the same as no rule.</summary>
    internal bool IsNone => !Required && Files.IsEmpty;

    internal void WriteTo(CanonicalWriter writer)
    {
        writer.Map(2).Key(0).Bool(Required).Key(1).Array(Files.Length);
        foreach (Bytes32 file in Files) writer.Bytes(file);
    }

    internal static ImaRule Read(ReadOnlySpan<byte> map, out FieldError error)
    {
        var fields = new FieldReader(map);
        var rule = new ImaRule(fields.Bool(0), [.. fields.Array<Bytes32>(1, ProtocolLimits.GenesisItemsMax, Items.Bytes32)]);
        // No rule is told by leaving the field out: one form for each meaning.
        if (rule.IsNone || !TermsItems.Rises(rule.Files, file => file)) fields.Fail(FieldError.Malformed);
        error = fields.Close();
        return rule;
    }
}
