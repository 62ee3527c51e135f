using System.Collections.Immutable;
using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>A requester asks for a task. The enclave gets the signed payload and derives everything else from it.</summary>
/// <remarks>There is no field for a committee or a quorum: a requester cannot choose them.</remarks>
public sealed record SubmitEntry : EntryBody
{
    // 8 and 9 are left out on purpose: conformance case T-19 shows with them that there is no field for a committee.
    private const int ShapesKey = 10;

    /// <inheritdoc/>
    public override EntryKind Kind => EntryKind.Submit;

    /// <summary>The app.</summary>
    public required AssetId App { get; init; }

    /// <summary>One or more data assets with distinct names.</summary>
    public required ImmutableArray<TaskData> Data { get; init; }

    /// <summary>Secret arguments: a one-use asset of the requester, or null.</summary>
    public AssetId? SecretArguments { get; init; }

    /// <summary>Public arguments, given to the app as argv[1] and on.</summary>
    public required ImmutableArray<string> Arguments { get; init; }

    /// <summary>Encoded HPKE public keys to which the result is sealed.</summary>
    public required ImmutableArray<ReadOnlyMemory<byte>> Recipients { get; init; }

    /// <summary>Fuel, memory, output, log and padding.</summary>
    public required TaskLimits Limits { get; init; }

    /// <summary>Network time, in milliseconds since 1970, at which the task expires.</summary>
    public required long DeadlineMilliseconds { get; init; }

    /// <summary>The kind of TEE that must run it.</summary>
    public required TeeKind Tee { get; init; }

    /// <summary>Shapes that owners of the data demand of what leaves, at most one for each data asset, in the order of <see cref="Data"/>.</summary>
    public ImmutableArray<TaskShape> Shapes { get; init; } = [];

    /// <summary>All assets that need an owner's consent: the app, then the data.</summary>
    public IEnumerable<AssetId> ConsentAssets => Data.Select(data => data.Asset).Prepend(App).Distinct();

    /// <summary>All assets whose keys the enclave gets: those of <see cref="ConsentAssets"/>, then secret arguments if there are any.</summary>
    public IEnumerable<AssetId> AllAssets => SecretArguments is { } secret ? ConsentAssets.Append(secret) : ConsentAssets;

    internal override void WriteTo(CanonicalWriter writer)
    {
        writer.Map(7 + (SecretArguments is null ? 0 : 1) + (Shapes.IsEmpty ? 0 : 1)).Key(0).Bytes(App.Value);
        writer.Key(1).Array(Data.Length);
        foreach (TaskData data in Data) data.WriteTo(writer);
        if (SecretArguments is { } secret) writer.Key(2).Bytes(secret.Value);
        writer.Key(3).Array(Arguments.Length);
        foreach (string argument in Arguments) writer.Text(argument);
        writer.Key(4).Array(Recipients.Length);
        foreach (ReadOnlyMemory<byte> recipient in Recipients) writer.Bytes(recipient.Span);
        Limits.WriteTo(writer.Key(5));
        writer.Key(6).UInt((ulong)DeadlineMilliseconds).Key(7).UInt((ulong)Tee);
        if (Shapes.IsEmpty) return;
        writer.Key(ShapesKey).Array(Shapes.Length);
        foreach (TaskShape shape in Shapes) shape.WriteTo(writer);
    }

    internal static SubmitEntry Read(ref FieldReader fields)
    {
        var submit = new SubmitEntry
        {
            App = new AssetId(fields.Bytes32(0)),
            Data = [.. fields.Array<TaskData>(1, ProtocolLimits.TaskDataMax, TaskData.TryRead)],
            SecretArguments = fields.Has(2) ? new AssetId(fields.Bytes32(2)) : null,
            Arguments = [.. fields.Array<string>(3, ProtocolLimits.ArgumentsMax, Items.Text)],
            Recipients = [.. fields.Array<byte[]>(4, ProtocolLimits.RecipientsMax, Items.ByteArray).Select(key => new ReadOnlyMemory<byte>(key))],
            Limits = TaskLimits.Read(ref fields, 5),
            DeadlineMilliseconds = fields.Milliseconds(6),
            Tee = (TeeKind)fields.Int(7, (int)TeeKind.Max),
        };
        if (fields.Has(ShapesKey))
        {
            submit = submit with { Shapes = [.. fields.Array<TaskShape>(ShapesKey, ProtocolLimits.TaskDataMax, TaskShape.TryRead)] };
            // No shapes are said by leaving them out.
            if (submit.Shapes.IsEmpty) fields.Fail(FieldError.Malformed);
        }
        if (!submit.IsWellFormed()) fields.Fail(FieldError.Malformed);
        return submit;
    }

    private bool IsWellFormed() =>
        Data.Length > 0
        && Data.Select(data => data.Name).Distinct(StringComparer.Ordinal).Count() == Data.Length
        && Data.Select(data => data.Asset).Distinct().Count() == Data.Length
        && Data.All(data => data.Asset != App && data.Asset != SecretArguments) && App != SecretArguments
        && Recipients.Length > 0
        && Recipients.All(key => key.Length is > 0 and <= ProtocolLimits.HpkeKeySizeMax)
        && Arguments.All(argument => !argument.Contains('\0', StringComparison.Ordinal))
        && Tee != TeeKind.None
        // A log beside a shape would let out what the shape keeps in.
        && (Shapes.IsEmpty || Limits.LogBytes == 0)
        && Shapes.Select(shape => shape.Asset).SequenceEqual(Data.Select(data => data.Asset).Where(asset => Shapes.Any(shape => shape.Asset == asset)));
}
