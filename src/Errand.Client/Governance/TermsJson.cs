using System.Collections.Immutable;
using System.Text.Json;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Client;

/// <summary>Parts of a network's terms as people write them, in a genesis and in changes of it alike. Those that read close nothing: the object may have other members.</summary>
internal static class TermsJson
{
    /// <summary>A kind of TEE as files name it.</summary>
    internal static string Name(TeeKind tee) => tee switch
    {
        TeeKind.SevSnp => "sev-snp",
        TeeKind.Tdx => "tdx",
        TeeKind.DevelopmentVtpm => "development-vtpm",
        _ => throw new InvalidOperationException($"Unexpected TEE {tee}."),
    };

    internal static GenesisTimes ReadTimes(JsonFields fields, GenesisTimes? present) => new()
    {
        EpochMilliseconds = fields.Number("epochMilliseconds", 1, present?.EpochMilliseconds),
        FoundingEpochs = fields.Number("foundingEpochs", 1, present?.FoundingEpochs),
        QualificationEpochs = fields.Number("qualificationEpochs", 2, present?.QualificationEpochs),
        AcceptMilliseconds = fields.Number("acceptMilliseconds", 1, present?.AcceptMilliseconds),
        ClaimMilliseconds = fields.Number("claimMilliseconds", 1, present?.ClaimMilliseconds),
        EvidenceMilliseconds = fields.Number("evidenceMilliseconds", 1, present?.EvidenceMilliseconds),
        RoundMilliseconds = fields.Number("roundMilliseconds", 1, present?.RoundMilliseconds),
        ReleaseMilliseconds = fields.Number("releaseMilliseconds", 1, present?.ReleaseMilliseconds),
        RunMilliseconds = fields.Number("runMilliseconds", 1, present?.RunMilliseconds),
        ServeMilliseconds = fields.Number("serveMilliseconds", 1, present?.ServeMilliseconds),
        PauseEpochs = fields.Number("pauseEpochs", 0, present?.PauseEpochs),
    };

    internal static void Write(Utf8JsonWriter json, GenesisTimes times)
    {
        json.WriteNumber("epochMilliseconds", times.EpochMilliseconds);
        json.WriteNumber("foundingEpochs", times.FoundingEpochs);
        json.WriteNumber("qualificationEpochs", times.QualificationEpochs);
        json.WriteNumber("acceptMilliseconds", times.AcceptMilliseconds);
        json.WriteNumber("claimMilliseconds", times.ClaimMilliseconds);
        json.WriteNumber("evidenceMilliseconds", times.EvidenceMilliseconds);
        json.WriteNumber("roundMilliseconds", times.RoundMilliseconds);
        json.WriteNumber("releaseMilliseconds", times.ReleaseMilliseconds);
        json.WriteNumber("runMilliseconds", times.RunMilliseconds);
        json.WriteNumber("serveMilliseconds", times.ServeMilliseconds);
        json.WriteNumber("pauseEpochs", times.PauseEpochs);
    }

    internal static CommitteeParameters ReadCommittee(JsonFields fields, CommitteeParameters? present) => new(
        fields.Int("size", 1, present?.Size), fields.Int("rounds", 1, present?.Rounds), fields.Int("attempts", 1, present?.Attempts), fields.Int("verifiersMin", 1, present?.VerifiersMin));

    internal static void Write(Utf8JsonWriter json, CommitteeParameters committee)
    {
        json.WriteNumber("size", committee.Size);
        json.WriteNumber("rounds", committee.Rounds);
        json.WriteNumber("attempts", committee.Attempts);
        json.WriteNumber("verifiersMin", committee.VerifiersMin);
    }

    internal static AdmissionRule ReadAdmission(JsonFields fields, AdmissionRule? present) => new(
        fields.Int("sponsors", 0, present?.Sponsors), fields.Int("sponsorshipsMax", 0, present?.SponsorshipsMax), fields.Int("nodesMax", 1, present?.NodesMax), fields.Int("cooldownEpochs", 0, present?.CooldownEpochs));

    internal static void Write(Utf8JsonWriter json, AdmissionRule admission)
    {
        json.WriteNumber("sponsors", admission.Sponsors);
        json.WriteNumber("sponsorshipsMax", admission.SponsorshipsMax);
        json.WriteNumber("nodesMax", admission.NodesMax);
        json.WriteNumber("cooldownEpochs", admission.CooldownEpochs);
    }

    internal static PlatformRule ReadPlatform(JsonFields fields, PlatformRule? present) => new()
    {
        Class = fields.Int("class", 1, present?.Class),
        RequireSecureBoot = present is not null && !fields.Has("requireSecureBoot") ? present.RequireSecureBoot : fields.Bool("requireSecureBoot"),
        RequiredPcrs = present is not null && !fields.Has("requiredPcrs")
            ? present.RequiredPcrs
            : [.. fields.Items("requiredPcrs").Select(item => item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out int pcr) ? pcr : throw fields.Wrong("\"requiredPcrs\" has an item that is no number"))],
        References = present is not null && !fields.Has("references") ? present.References : fields.HexList("references"),
        Ima = fields.Has("ima") ? ReadIma(fields.Object("ima")) : present?.Ima ?? ImaRule.None,
    };

    private static ImaRule ReadIma(JsonFields fields)
    {
        var rule = new ImaRule(fields.Bool("required"), [.. fields.Digests("files").Distinct().Order()]);
        fields.Close();
        return rule;
    }

    internal static void Write(Utf8JsonWriter json, PlatformRule platform)
    {
        json.WriteNumber("class", platform.Class);
        json.WriteBoolean("requireSecureBoot", platform.RequireSecureBoot);
        json.WriteStartArray("requiredPcrs");
        foreach (int pcr in platform.RequiredPcrs) json.WriteNumberValue(pcr);
        json.WriteEndArray();
        WriteList(json, "references", platform.References.Select(Hex));
        json.WriteStartObject("ima");
        json.WriteBoolean("required", platform.Ima.Required);
        WriteList(json, "files", platform.Ima.Files.Select(file => file.ToString()));
        json.WriteEndObject();
    }

    internal static PinnedRoot ReadRoot(JsonFields fields) => new(fields.Int("class", 1), fields.Bool("development"), fields.Digest("publicKeySha256"));

    internal static void Write(Utf8JsonWriter json, PinnedRoot root)
    {
        json.WriteNumber("class", root.Class);
        json.WriteBoolean("development", root.Development);
        json.WriteString("publicKeySha256", root.PublicKeySha256.ToString());
    }

    internal static ReferenceValue ReadReference(JsonFields fields) => new(fields.Tee("tee"), fields.Hex("tuple"));

    internal static void Write(Utf8JsonWriter json, TeeKind tee, ReadOnlyMemory<byte> tuple)
    {
        json.WriteString("tee", Name(tee));
        json.WriteString("tuple", Hex(tuple));
    }

    internal static ImmutableArray<PublicKey> Keys(JsonFields fields, string name) => [.. fields.Digests(name).Distinct().Order().Select(key => new PublicKey(key))];

    internal static void WriteList(Utf8JsonWriter json, string name, IEnumerable<string> items)
    {
        json.WriteStartArray(name);
        foreach (string item in items) json.WriteStringValue(item);
        json.WriteEndArray();
    }

    internal static string Hex(ReadOnlyMemory<byte> bytes) => Convert.ToHexStringLower(bytes.Span);
}
