using System.Collections.Immutable;
using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>Whom an owner lets hold its asset in an enclave.</summary>
/// <param name="Class">How <paramref name="Keys"/> are meant.</param>
/// <param name="Keys">Operators or executors, rising; empty for <see cref="CustodyClass.Any"/>.</param>
public sealed record CustodyRule(CustodyClass Class, ImmutableArray<PublicKey> Keys)
{
    /// <summary>Any qualified executor.</summary>
    public static CustodyRule Any { get; } = new(CustodyClass.Any, []);

    /// <summary>True when an executor with this operator may hold the asset.</summary>
    public bool Allows(PublicKey executor, PublicKey operatorKey) => Class switch
    {
        CustodyClass.Any => true,
        CustodyClass.Operators => Keys.Contains(operatorKey),
        CustodyClass.Executors => Keys.Contains(executor),
        _ => throw new InvalidOperationException($"Unexpected custody class {Class}."),
    };

    internal void WriteTo(CanonicalWriter writer)
    {
        writer.Map(2).Key(0).UInt((ulong)Class).Key(1).Array(Keys.Length);
        foreach (PublicKey key in Keys) writer.Bytes(key.Value);
    }

    internal static CustodyRule Read(ref FieldReader outer, int key)
    {
        var fields = new FieldReader(outer.Item(key));
        var rule = new CustodyRule(
            (CustodyClass)fields.Int(0, (int)CustodyClass.Max),
            [.. fields.Array<Bytes32>(1, ProtocolLimits.ListMax, Items.Bytes32).Select(value => new PublicKey(value))]);
        if (rule.Class == CustodyClass.None || rule.Class == CustodyClass.Any != rule.Keys.IsEmpty) fields.Fail(FieldError.Malformed);
        for (int i = 1; i < rule.Keys.Length; i++)
            if (rule.Keys[i].CompareTo(rule.Keys[i - 1]) <= 0) fields.Fail(FieldError.Malformed);
        outer.Fail(fields.Close());
        return rule;
    }
}
