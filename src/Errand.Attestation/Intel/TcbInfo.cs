using System.Text.Json;

namespace Errand.Attestation;

/// <summary>TCB info of one kind of platform (Intel PCS API, version 3 for TCB info version 2, version 4 for version 3).</summary>
public sealed class TcbInfo
{
    private const int LevelCountMax = 256;
    private const int ModuleCountMax = 64;
    private const int ModuleSignerSize = 48;

    private TcbInfo()
    {
    }

    /// <summary>2 or 3.</summary>
    public required int Version { get; init; }

    /// <summary>What it is for. Version 2 is for SGX alone.</summary>
    public required IntelTeeType TeeType { get; init; }

    /// <summary>When it is valid.</summary>
    public required CollateralPeriod Period { get; init; }

    /// <summary>FMSPC, 6 bytes.</summary>
    public required ReadOnlyMemory<byte> Fmspc { get; init; }

    /// <summary>PCE-ID, 2 bytes.</summary>
    public required ReadOnlyMemory<byte> PceId { get; init; }

    /// <summary>Grows with each evaluation of TCBs by Intel: levels of a lower number know fewer vulnerabilities.</summary>
    public required int EvaluationDataNumber { get; init; }

    /// <summary>The TDX module of version 0; null for SGX.</summary>
    public required TdxModuleIdentity? Module { get; init; }

    /// <summary>TDX modules of later versions.</summary>
    public required IReadOnlyList<TdxModuleIdentity> Modules { get; init; }

    /// <summary>Levels, highest first.</summary>
    public required IReadOnlyList<TcbLevel> Levels { get; init; }

    /// <summary>Reads the object in member <c>tcbInfo</c>; null when a member is missing, of another form, or has an unknown status.</summary>
    internal static TcbInfo? TryRead(JsonElement json)
    {
        var reader = new CollateralJson(json);
        int version = reader.Int("version", 3);
        string id = version == 2 ? "SGX" : reader.Text("id");
        bool tdx = id == "TDX";
        var info = new TcbInfo
        {
            Version = version,
            TeeType = tdx ? IntelTeeType.Tdx : IntelTeeType.Sgx,
            Period = reader.Period(),
            Fmspc = reader.Hex("fmspc", PckCertificate.FmspcSize),
            PceId = reader.Hex("pceId", PckCertificate.PceIdSize),
            EvaluationDataNumber = reader.Int("tcbEvaluationDataNumber", int.MaxValue),
            Module = tdx ? ReadModule(reader.Object("tdxModule"), "") : null,
            Modules = tdx && reader.Has("tdxModuleIdentities") ? reader.Array("tdxModuleIdentities", ModuleCountMax, item => ReadModule(item, item.Text("id"))) : [],
            Levels = reader.Array("tcbLevels", LevelCountMax, item => ReadLevel(item, version, tdx)),
        };
        // Type 0 is the one way of comparing components that is defined.
        return version >= 2 && (tdx || id == "SGX") && reader.Int("tcbType", 0) == 0 && info.Levels.Count > 0 && !reader.Failed ? info : null;
    }

    private static TdxModuleIdentity ReadModule(CollateralJson json, string id)
    {
        IReadOnlyList<IsvSvnLevel> levels = id.Length == 0 ? [] : json.Array("tcbLevels", LevelCountMax, item => item.IsvSvnLevel());
        // A module is either updated, not updated or revoked; nothing says how another status would count.
        json.Require(levels.All(level => level.Status is IntelTcbStatus.UpToDate or IntelTcbStatus.OutOfDate or IntelTcbStatus.Revoked));
        return new TdxModuleIdentity(id, json.Hex("mrsigner", ModuleSignerSize), json.UInt64("attributes"), json.UInt64("attributesMask"), levels);
    }

    private static TcbLevel ReadLevel(CollateralJson json, int version, bool tdx)
    {
        CollateralJson tcb = json.Object("tcb");
        byte[] sgx = version == 2 ? tcb.NamedComponents() : tcb.Components("sgxtcbcomponents");
        return new TcbLevel(sgx, (ushort)tcb.Int("pcesvn", ushort.MaxValue), tdx ? tcb.Components("tdxtcbcomponents") : default(ReadOnlyMemory<byte>?), json.Status(), json.Time("tcbDate"), json.Advisories());
    }
}
