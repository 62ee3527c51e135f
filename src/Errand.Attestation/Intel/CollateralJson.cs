using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json;

namespace Errand.Attestation;

/// <summary>
/// Reads members of Intel's collateral. A member that is missing or of another form makes the whole reading fail, which is asked for once
/// at the end. Members that nobody asks for are allowed: Intel adds some for people.
/// </summary>
internal sealed class CollateralJson
{
    private const int AdvisoryCountMax = 256;
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    private readonly JsonElement _json;
    private readonly CollateralJson _root;
    private bool _failed;

    internal CollateralJson(JsonElement json)
        : this(json, null)
    {
    }

    private CollateralJson(JsonElement json, CollateralJson? root)
    {
        _json = json;
        _root = root ?? this;
        if (json.ValueKind != JsonValueKind.Object) _root._failed = true;
    }

    internal bool Failed => _root._failed;

    internal void Require(bool holds) => _root._failed |= !holds;

    internal bool Has(string name) => _json.ValueKind == JsonValueKind.Object && _json.TryGetProperty(name, out _);

    internal CollateralJson Object(string name) => new(Find(name, JsonValueKind.Object), _root);

    internal IReadOnlyList<T> Array<T>(string name, int countMax, Func<CollateralJson, T> read)
    {
        JsonElement array = Find(name, JsonValueKind.Array);
        if (array.ValueKind != JsonValueKind.Array || array.GetArrayLength() > countMax) return Fail<IReadOnlyList<T>>([]);
        return [.. array.EnumerateArray().Select(item => read(new CollateralJson(item, _root)))];
    }

    internal string Text(string name) => Find(name, JsonValueKind.String) is { ValueKind: JsonValueKind.String } text ? text.GetString()! : Fail("");

    internal int Int(string name, int max) => Int(Find(name, JsonValueKind.Number), max);

    internal byte[] Hex(string name, int size)
    {
        var bytes = new byte[size];
        string text = Text(name);
        return text.Length == 2 * size && Convert.FromHexString(text, bytes, out _, out int written) == System.Buffers.OperationStatus.Done && written == size ? bytes : Fail(bytes);
    }

    internal uint UInt32(string name) => BinaryPrimitives.ReadUInt32LittleEndian(Hex(name, sizeof(uint)));

    internal ulong UInt64(string name) => BinaryPrimitives.ReadUInt64LittleEndian(Hex(name, sizeof(ulong)));

    internal DateTimeOffset Time(string name) =>
        DateTimeOffset.TryParseExact(Text(name), TimeFormat, DateTimeFormatInfo.InvariantInfo, DateTimeStyles.AssumeUniversal, out DateTimeOffset time) ? time : Fail(time);

    internal CollateralPeriod Period() => new(Time("issueDate"), Time("nextUpdate"));

    internal IntelTcbStatus Status() => Text("tcbStatus") switch
    {
        "UpToDate" => IntelTcbStatus.UpToDate,
        "SWHardeningNeeded" => IntelTcbStatus.SWHardeningNeeded,
        "ConfigurationNeeded" => IntelTcbStatus.ConfigurationNeeded,
        "ConfigurationAndSWHardeningNeeded" => IntelTcbStatus.ConfigurationAndSWHardeningNeeded,
        "OutOfDate" => IntelTcbStatus.OutOfDate,
        "OutOfDateConfigurationNeeded" => IntelTcbStatus.OutOfDateConfigurationNeeded,
        "Revoked" => IntelTcbStatus.Revoked,
        _ => Fail(IntelTcbStatus.NotSupported),
    };

    internal IReadOnlyList<string> Advisories()
    {
        if (!Has("advisoryIDs")) return [];
        JsonElement array = Find("advisoryIDs", JsonValueKind.Array);
        return array.ValueKind == JsonValueKind.Array && array.GetArrayLength() <= AdvisoryCountMax && array.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
            ? [.. array.EnumerateArray().Select(item => item.GetString()!)]
            : Fail<IReadOnlyList<string>>([]);
    }

    internal IsvSvnLevel IsvSvnLevel() => new((ushort)Object("tcb").Int("isvsvn", ushort.MaxValue), Status(), Time("tcbDate"), Advisories());

    /// <summary>Version 3: 16 objects with a member <c>svn</c>.</summary>
    internal byte[] Components(string name)
    {
        IReadOnlyList<byte> components = Array(name, PckCertificate.ComponentCount, item => (byte)item.Int("svn", byte.MaxValue));
        return components.Count == PckCertificate.ComponentCount ? [.. components] : Fail(new byte[PckCertificate.ComponentCount]);
    }

    /// <summary>Version 2: members <c>sgxtcbcomp01svn</c> to <c>sgxtcbcomp16svn</c>.</summary>
    internal byte[] NamedComponents() =>
        [.. Enumerable.Range(1, PckCertificate.ComponentCount).Select(i => (byte)Int(string.Create(NumberFormatInfo.InvariantInfo, $"sgxtcbcomp{i:d2}svn"), byte.MaxValue))];

    private int Int(JsonElement number, int max) =>
        number.ValueKind == JsonValueKind.Number && number.TryGetInt32(out int value) && value >= 0 && value <= max ? value : Fail(0);

    private JsonElement Find(string name, JsonValueKind kind)
    {
        if (_json.ValueKind == JsonValueKind.Object && _json.TryGetProperty(name, out JsonElement found) && found.ValueKind == kind) return found;
        return Fail(default(JsonElement));
    }

    private T Fail<T>(T value)
    {
        _root._failed = true;
        return value;
    }
}
