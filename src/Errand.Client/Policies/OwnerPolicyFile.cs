using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Client;

/// <summary>Reads an <see cref="OwnerPolicy"/> as people write it: JSON with comments; every member is required and none other is allowed.</summary>
/// <remarks>
/// <code>
/// {
///   "version": 1,
///   "kind": "data",                       // or "app"
///   "apps": ["(asset id)"],               // or "any"; in an app's policy left out
///   "data": [],                           // other data beside this one, or the data an app may read; or "any"
///   "requesters": ["(public key)"],       // or "any"
///   "recipients": ["(SHA-256 of the HPKE key)"], // or "any"
///   "arguments": [["--by", "age"], []],   // exact lists; or "any"
///   "secretArguments": false,
///   "custody": { "executors": ["(node key)"] }, // or { "operators": […] }, or "any"
///   "minEligibleExecutors": 2,
///   "accepts": 10,
///   "outputLimitBytes": 65536,
///   "logLimitBytes": 0,
///   "paddingBytes": 4096,
///   "shape": { … }                         // of data only, may be left out: see OutputShapeFile
/// }
/// </code>
/// </remarks>
public static class OwnerPolicyFile
{
    /// <summary>The longest file.</summary>
    public const int SizeBytesMax = 1 << 20;

    private const int ItemsMax = 4096;
    private const long OutputMax = 1L << 30, LogMax = 1L << 20;

    /// <summary>Reads a policy from UTF-8 JSON.</summary>
    /// <param name="json">The file's bytes.</param>
    /// <param name="policy">The policy; null when false.</param>
    /// <param name="error">What is wrong and in which line; null when true.</param>
    public static bool TryParse(ReadOnlySpan<byte> json, [NotNullWhen(true)] out OwnerPolicy? policy, [NotNullWhen(false)] out string? error)
    {
        policy = null;
        if (json.Length > SizeBytesMax)
        {
            error = $"The file is longer than {SizeBytesMax} bytes.";
            return false;
        }
        if (json.StartsWith("\uFEFF"u8)) json = json["\uFEFF"u8.Length..];
        try
        {
            OwnerPolicyDocument document = JsonSerializer.Deserialize(json, OwnerPolicyJson.Default.OwnerPolicyDocument)
                ?? throw new PolicyFileException("The file says null where a policy is expected.");
            policy = ToPolicy(document);
            error = null;
            return true;
        }
        catch (PolicyFileException wrong)
        {
            error = wrong.Message;
        }
        catch (JsonException wrong)
        {
            error = Explain(wrong);
        }
        return false;
    }

    /// <summary>Reads a policy from a file.</summary>
    /// <exception cref="ClientException"><c>policy/malformed</c>, <c>file/missing</c>, <c>file/unreadable</c>.</exception>
    public static OwnerPolicy Load(string path)
    {
        byte[] json = ClientFile.ReadBounded(path, SizeBytesMax);
        return TryParse(json, out OwnerPolicy? policy, out string? error)
            ? policy
            : throw new ClientException(ClientError.PolicyFile, $"{path}: {error}");
    }

    private static OwnerPolicy ToPolicy(OwnerPolicyDocument document)
    {
        Require(document.Version == 1, "version", "1 is the only one there is");
        bool app = document.Kind == "app";
        Require(app || document.Kind == "data", "kind", "\"app\" or \"data\"");
        Require(!app || document.Apps is null, "apps", "left out: the policy is for an app, \"data\" says what it may run on");
        Require(app || document.Apps is not null, "apps", "a list of asset ids, or \"any\"");
        OutputShape? shape = document.Shape is { } demand ? OutputShapeFile.Read(demand) : null;
        Require(shape is null || !app, "shape", "left out: the policy is for an app, whose output belongs to the owners of the data");
        Require(shape is null || document.LogLimitBytes == 0, "logLimitBytes", "0 beside a shape: a log would let out what the shape keeps in");
        return new OwnerPolicy
        {
            Kind = app ? AssetKind.App : AssetKind.Data,
            Apps = document.Apps is { } apps ? Ids(apps, "apps", value => new AssetId(value)) : Allowed<AssetId>.None,
            Data = Ids(document.Data, "data", value => new AssetId(value)),
            Requesters = Ids(document.Requesters, "requesters", value => new PublicKey(value)),
            Recipients = Ids(document.Recipients, "recipients", value => value),
            Arguments = Lists(document.Arguments),
            SecretArguments = document.SecretArguments,
            Custody = Custody(document.Custody),
            EligibleExecutorsMin = (int)InRange(document.MinEligibleExecutors, 1, int.MaxValue, "minEligibleExecutors"),
            Budget = Budget(document),
            OutputBytesMax = InRange(document.OutputLimitBytes, 0, OutputMax, "outputLimitBytes"),
            LogBytesMax = InRange(document.LogLimitBytes, 0, LogMax, "logLimitBytes"),
            PaddingBytes = InRange(document.PaddingBytes, 1, OutputMax, "paddingBytes"),
            Shape = shape,
        };
    }

    // What is left out is bounded by the accepts in total alone: an accept allows a release in each attempt.
    private static AssetBudget Budget(OwnerPolicyDocument document)
    {
        long accepts = InRange(document.Accepts, 0, AssetBudget.Max, "accepts");
        return new AssetBudget(
            accepts,
            InRange(document.AcceptsPerApp ?? accepts, 0, AssetBudget.Max, "acceptsPerApp"),
            InRange(document.AcceptsPerAppAndEpoch ?? accepts, 0, AssetBudget.Max, "acceptsPerAppAndEpoch"),
            InRange(document.Releases ?? AssetBudget.Max, 0, AssetBudget.Max, "releases"),
            InRange(document.ReleasesPerApp ?? AssetBudget.Max, 0, AssetBudget.Max, "releasesPerApp"));
    }

    private static Allowed<T> Ids<T>(AnyOrList<string> list, string member, Func<Bytes32, T> make)
        where T : IEquatable<T>, IComparable<T> =>
        list.IsAny ? Allowed<T>.Any : Allowed<T>.Only(Digits(list.Items, member, ItemsMax).Select(make));

    private static IEnumerable<Bytes32> Digits(IReadOnlyList<string> items, string member, int countMax)
    {
        Require(items.Count <= countMax, member, $"at most {countMax} items");
        foreach (string item in items)
        {
            Require(Bytes32.TryParseHex(item, out Bytes32 value), member, $"64 lower-case hexadecimal digits each, not \"{Shorten(item)}\"");
            yield return value;
        }
    }

    private static ArgumentRule Lists(AnyOrList<string[]> rule)
    {
        if (rule.IsAny) return ArgumentRule.Any;
        Require(rule.Items.Count <= ItemsMax, "arguments", $"at most {ItemsMax} lists");
        Require(rule.Items.All(list => list.Length <= ProtocolLimits.ArgumentsMax), "arguments", $"lists of at most {ProtocolLimits.ArgumentsMax} arguments");
        return ArgumentRule.Only(rule.Items.Select(list => list.ToImmutableArray()));
    }

    private static CustodyRule Custody(CustodyDocument custody)
    {
        if (custody.IsAny) return CustodyRule.Any;
        Require(custody.Executors is null != custody.Operators is null, "custody", "\"any\", or either \"executors\" or \"operators\" with a list");
        IReadOnlyList<string> keys = custody.Executors ?? custody.Operators!;
        Require(keys.Count > 0, "custody", "a list that is not empty: an asset that nobody may hold is of no use");
        ImmutableArray<PublicKey> sorted = [.. Digits(keys, "custody", ProtocolLimits.ListMax).Select(value => new PublicKey(value)).Distinct().Order()];
        return new CustodyRule(custody.Executors is not null ? CustodyClass.Executors : CustodyClass.Operators, sorted);
    }

    private static long InRange(long value, long min, long max, string member)
    {
        Require(value >= min && value <= max, member, string.Create(CultureInfo.InvariantCulture, $"{min} to {max}"));
        return value;
    }

    private static void Require([DoesNotReturnIf(false)] bool holds, string member, string expected)
    {
        if (!holds) throw new PolicyFileException($"\"{member}\" must be {expected}.");
    }

    private static string Shorten(string text) => text.Length <= 20 ? text : text[..20] + "…";

    private static string Explain(JsonException wrong)
    {
        string where = wrong.LineNumber is { } line ? string.Create(CultureInfo.InvariantCulture, $"Line {line + 1}: ") : "";
        return where + PolicyMembers.Explain(wrong);
    }
}
