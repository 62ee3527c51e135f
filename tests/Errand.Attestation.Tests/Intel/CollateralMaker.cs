using System.Text.Json.Nodes;

namespace Errand.Attestation.Tests;

/// <summary>TCB info and identities as Intel's provisioning certification service publishes them, as JSON to change before it is signed.</summary>
internal static class CollateralMaker
{
    public const string IssueDate = "2026-05-20T10:00:00Z";
    public const string NextUpdate = "2026-06-19T10:00:00Z";

    private static readonly string Zero48 = new('0', 96);

    public static JsonObject TcbInfo(IntelTeeType tee)
    {
        var info = new JsonObject
        {
            ["id"] = tee == IntelTeeType.Tdx ? "TDX" : "SGX",
            ["version"] = 3,
            ["issueDate"] = IssueDate,
            ["nextUpdate"] = NextUpdate,
            ["fmspc"] = "90C06F000000",
            ["pceId"] = "0000",
            ["tcbType"] = 0,
            ["tcbEvaluationDataNumber"] = 18,
        };
        if (tee == IntelTeeType.Tdx)
        {
            info["tdxModule"] = new JsonObject { ["mrsigner"] = Zero48, ["attributes"] = "0000000000000000", ["attributesMask"] = "FFFFFFFFFFFFFFFF" };
            info["tdxModuleIdentities"] = new JsonArray(
                Module("TDX_03", IsvSvn(3, "UpToDate")),
                Module("TDX_01", IsvSvn(6, "UpToDate"), IsvSvn(4, "OutOfDate", "INTEL-SA-01036"), IsvSvn(2, "Revoked")));
        }
        info["tcbLevels"] = new JsonArray(
            Level(tee, [5, 5, 2, 2, 4, 1, 0, 5], 13, [5, 0, 3], "UpToDate", "2026-02-11T00:00:00Z"),
            Level(tee, [4, 4, 2, 2, 3, 1, 0, 5], 13, [5, 0, 2], "OutOfDate", "2025-03-13T00:00:00Z", "INTEL-SA-01079", "INTEL-SA-01036"),
            Level(tee, [4, 4, 2, 2, 3, 1, 0, 5], 5, [4, 0, 2], "Revoked", "2024-01-04T00:00:00Z", "INTEL-SA-00106"));
        return info;
    }

    public static JsonObject Identity(IntelTeeType tee) => new()
    {
        ["id"] = tee == IntelTeeType.Tdx ? "TD_QE" : "QE",
        ["version"] = 2,
        ["issueDate"] = IssueDate,
        ["nextUpdate"] = NextUpdate,
        ["tcbEvaluationDataNumber"] = 18,
        ["miscselect"] = "00000000",
        ["miscselectMask"] = "FFFFFFFF",
        ["attributes"] = "11000000000000000000000000000000",
        ["attributesMask"] = "FBFFFFFFFFFFFFFF0000000000000000",
        ["mrsigner"] = string.Concat(Enumerable.Repeat(tee == IntelTeeType.Tdx ? "DC" : "8C", 32)),
        ["isvprodid"] = tee == IntelTeeType.Tdx ? 2 : 1,
        ["tcbLevels"] = new JsonArray(IsvSvn(6, "UpToDate"), IsvSvn(4, "OutOfDate", "INTEL-SA-00615"), IsvSvn(2, "Revoked")),
    };

    /// <summary>TCB info version 2: named components, no id.</summary>
    public static JsonObject TcbInfoV2()
    {
        JsonObject info = TcbInfo(IntelTeeType.Sgx);
        info.Remove("id");
        info["version"] = 2;
        foreach (JsonNode? level in info["tcbLevels"]!.AsArray())
        {
            JsonObject tcb = level!["tcb"]!.AsObject();
            JsonNode[] components = [.. tcb["sgxtcbcomponents"]!.AsArray().Select(component => component!["svn"]!.DeepClone())];
            tcb.Remove("sgxtcbcomponents");
            for (int i = 0; i < components.Length; i++) tcb[$"sgxtcbcomp{i + 1:d2}svn"] = components[i];
        }
        return info;
    }

    public static JsonObject IsvSvn(int isvSvn, string status, params string[] advisories) => WithStatus(new JsonObject { ["tcb"] = new JsonObject { ["isvsvn"] = isvSvn } }, status, "2026-02-11T00:00:00Z", advisories);

    private static JsonObject Module(string id, params JsonNode[] levels) => new()
    {
        ["id"] = id,
        ["mrsigner"] = Zero48,
        ["attributes"] = "0000000000000000",
        ["attributesMask"] = "FFFFFFFFFFFFFFFF",
        ["tcbLevels"] = new JsonArray(levels),
    };

    private static JsonObject Level(IntelTeeType tee, int[] sgx, int pceSvn, int[] tdx, string status, string date, params string[] advisories)
    {
        var tcb = new JsonObject { ["sgxtcbcomponents"] = Components(sgx), ["pcesvn"] = pceSvn };
        if (tee == IntelTeeType.Tdx) tcb["tdxtcbcomponents"] = Components(tdx);
        return WithStatus(new JsonObject { ["tcb"] = tcb }, status, date, advisories);
    }

    private static JsonObject WithStatus(JsonObject level, string status, string date, string[] advisories)
    {
        level["tcbDate"] = date;
        level["tcbStatus"] = status;
        if (advisories.Length > 0) level["advisoryIDs"] = new JsonArray([.. advisories.Select(advisory => (JsonNode)advisory)]);
        return level;
    }

    private static JsonArray Components(int[] first) => new([.. Enumerable.Range(0, 16).Select(i => (JsonNode)new JsonObject { ["svn"] = i < first.Length ? first[i] : 0, ["category"] = "BIOS" })]);
}
