using System.Collections.Immutable;
using System.Security.Cryptography;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Client;

/// <summary>An owner's whole policy for one asset: what its key broker decides by, and what its asset entry names by digest.</summary>
/// <remarks>
/// All members are required and fail closed: what is not allowed is denied, and "any" must be typed out. Written by people as
/// JSON (<see cref="OwnerPolicyFile"/>); the digest is over the canonical CBOR, so comments, order and spaces do not change it.
/// </remarks>
public sealed record OwnerPolicy
{
    private const ulong Version = 1;

    /// <summary>What the asset is: an app or data.</summary>
    public required AssetKind Kind { get; init; }

    /// <summary>For data: the apps that may run on it. For an app: nothing, it is one itself.</summary>
    public required Allowed<AssetId> Apps { get; init; }

    /// <summary>For an app: the data it may run on. For data: other data that the app may read in the same task; none means it is used alone.</summary>
    public required Allowed<AssetId> Data { get; init; }

    /// <summary>Who may submit tasks.</summary>
    public required Allowed<PublicKey> Requesters { get; init; }

    /// <summary>To whom results may be sealed, by <see cref="RecipientDigest"/>.</summary>
    public required Allowed<Bytes32> Recipients { get; init; }

    /// <summary>Public arguments: exact lists, or anything.</summary>
    public required ArgumentRule Arguments { get; init; }

    /// <summary>Whether the requester may give the app arguments that the owner cannot see.</summary>
    public required bool SecretArguments { get; init; }

    /// <summary>Whose executors may hold the asset in an enclave.</summary>
    public required CustodyRule Custody { get; init; }

    /// <summary>How many executors must fit a task at the least, so that no single one is sure to get it.</summary>
    public required int EligibleExecutorsMin { get; init; }

    /// <summary>How often the owner lets the asset be used.</summary>
    public required AssetBudget Budget { get; init; }

    /// <summary>Bytes of output a task may ask for.</summary>
    public required long OutputBytesMax { get; init; }

    /// <summary>Bytes of log a task may ask for.</summary>
    public required long LogBytesMax { get; init; }

    /// <summary>A task's padding must be a multiple of this.</summary>
    public required long PaddingBytes { get; init; }

    /// <summary>The shape that every task must demand of what leaves; null for none. For data only.</summary>
    public OutputShape? Shape { get; init; }

    /// <summary>SHA-256 of the canonical form: <see cref="AssetEntry.PolicyDigest"/>.</summary>
    public Bytes32 Digest() => new(SHA256.HashData(Encode()));

    /// <summary>SHA-256 of a recipient's encoded HPKE public key: how policies name recipients.</summary>
    public static Bytes32 RecipientDigest(ReadOnlySpan<byte> encodedKey) => new(SHA256.HashData(encodedKey));

    /// <summary>The canonical CBOR. "Any" stands as true, a list as an array in rising order.</summary>
    public byte[] Encode()
    {
        CanonicalWriter writer = new CanonicalWriter().Map(Shape is null ? 14 : 15).Key(0).UInt(Version).Key(1).UInt((ulong)Kind);
        WriteAllowed(writer.Key(2), Apps, id => id.Value);
        WriteAllowed(writer.Key(3), Data, id => id.Value);
        WriteAllowed(writer.Key(4), Requesters, key => key.Value);
        WriteAllowed(writer.Key(5), Recipients, digest => digest);
        Arguments.WriteTo(writer.Key(6));
        writer.Key(7).Bool(SecretArguments).Key(8).Array(2).UInt((ulong)Custody.Class).Array(Custody.Keys.Length);
        foreach (PublicKey key in Custody.Keys) writer.Bytes(key.Value);
        writer
            .Key(9).UInt((ulong)EligibleExecutorsMin)
            .Key(10).Array(5).UInt((ulong)Budget.Accepts).UInt((ulong)Budget.AcceptsPerApp).UInt((ulong)Budget.AcceptsPerAppAndEpoch)
            .UInt((ulong)Budget.Releases).UInt((ulong)Budget.ReleasesPerApp)
            .Key(11).UInt((ulong)OutputBytesMax)
            .Key(12).UInt((ulong)LogBytesMax)
            .Key(13).UInt((ulong)PaddingBytes);
        if (Shape is { } shape) writer.Key(14).Bytes(shape.Encoded.Span);
        return writer.ToArray();
    }

    /// <summary>Decides on a task, first rule that does not hold first. Pure: the same task, facts and policy give the same answer.</summary>
    /// <param name="task">The task; the asset is its app or one of its data.</param>
    /// <param name="facts">What else the decision needs of the state.</param>
    /// <returns>Null to accept; or why not.</returns>
    public PolicyDenial? Decide(TaskState task, PolicyFacts facts)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(facts);
        SubmitEntry submit = task.Submit;
        if (!AllowsAssets(submit, facts.Asset)) return PolicyDenial.Of(DenyReason.Asset);
        if (!Requesters.Allows(task.Requester)) return PolicyDenial.Of(DenyReason.Requester);
        if (!submit.Recipients.All(key => Recipients.Allows(RecipientDigest(key.Span)))) return PolicyDenial.Of(DenyReason.Recipient);
        // A note to another owner is read by its key, like a result.
        if (!submit.Shapes.All(demand => demand.Asset == facts.Asset || demand.Shape.NoteKey.IsEmpty || Recipients.Allows(RecipientDigest(demand.Shape.NoteKey.Span)))) return PolicyDenial.Of(DenyReason.Recipient); // R-6.11.23
        if (!Arguments.Allows(submit.Arguments)) return PolicyDenial.Of(DenyReason.Arguments);
        if (submit.SecretArguments is not null && !SecretArguments) return PolicyDenial.Of(DenyReason.Arguments);
        if (facts.AcceptsGivenToApp >= Budget.AcceptsPerApp) return PolicyDenial.Of(DenyReason.AcceptBudget);
        if (facts.AcceptsGiven >= Budget.Accepts) return PolicyDenial.Of(DenyReason.TotalBudget);
        if (facts.Releases >= Budget.Releases || facts.ReleasesToApp >= Budget.ReleasesPerApp) return PolicyDenial.Of(DenyReason.ReleaseBudget);
        if (facts.EligibleExecutors < EligibleExecutorsMin) return PolicyDenial.Of(DenyReason.EligibleSet);
        if (submit.Limits.OutputBytes > OutputBytesMax || submit.Limits.LogBytes > LogBytesMax) return PolicyDenial.Of(DenyReason.OutputLimit);
        if (submit.Limits.PaddingBytes % PaddingBytes != 0) return PolicyDenial.Of(DenyReason.OutputLimit);
        return Equals(submit.Shapes.FirstOrDefault(demand => demand.Asset == facts.Asset)?.Shape, Shape) ? null : PolicyDenial.Of(DenyReason.OutputShape);
    }

    /// <summary>The asset entry that publishes a sealed file under this policy.</summary>
    public AssetEntry ToAssetEntry(ContentId content, long sizeBytes, VrfPublicKey vrfKey, ImmutableArray<string> sites) => new()
    {
        Content = content,
        AssetKind = Kind,
        SizeBytes = sizeBytes,
        VrfKey = vrfKey,
        Sites = sites,
        Custody = Custody,
        Budget = Budget,
        PolicyDigest = Digest(),
    };

    private bool AllowsAssets(SubmitEntry submit, AssetId asset)
    {
        if (Kind == AssetKind.App) return submit.App == asset && submit.Data.All(data => Data.Allows(data.Asset));
        return submit.Data.Any(data => data.Asset == asset)
            && Apps.Allows(submit.App)
            && submit.Data.All(data => data.Asset == asset || Data.Allows(data.Asset));
    }

    private static void WriteAllowed<T>(CanonicalWriter writer, Allowed<T> allowed, Func<T, Bytes32> value)
        where T : IEquatable<T>, IComparable<T>
    {
        if (allowed.IsAny)
        {
            writer.Bool(true);
            return;
        }
        writer.Array(allowed.Items.Length);
        foreach (T item in allowed.Items) writer.Bytes(value(item));
    }
}
