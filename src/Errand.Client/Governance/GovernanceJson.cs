using System.Collections.Immutable;
using System.Text.Json;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Client;

/// <summary>
/// Changes of a network's terms as people write them. A file says every change in full, so that who signs it signs what it shows: the
/// bytes that are signed are made from this text and from nothing else.
/// </summary>
public static class GovernanceJson
{
    /// <summary>Reads one change.</summary>
    /// <param name="element">An object with the member "change" and those of its kind.</param>
    /// <param name="present">Fills what a change of times, committee, admission or platform leaves out; null demands all.</param>
    /// <exception cref="ClientException"><c>governance/file</c>: something is missing, unknown or out of range.</exception>
    public static GovernanceChange Read(JsonElement element, NetworkTerms? present)
    {
        var fields = new JsonFields(element, "a change");
        string kind = fields.Text("change");
        GovernanceChange change = kind switch
        {
            "add-reference" => new GovernanceChange.AddReference(new ReferenceValue(fields.Tee("tee"), fields.Hex("tuple"))),
            "withdraw-reference" => new GovernanceChange.WithdrawReference(fields.Digest("digest")),
            "set-floors" => new GovernanceChange.SetFloors(fields.Tee("tee"), fields.HexList("tuples")),
            "add-root" => new GovernanceChange.AddRoot(new PinnedRoot(fields.Int("class", 1), fields.Bool("development"), fields.Digest("publicKeySha256"))),
            "remove-root" => new GovernanceChange.RemoveRoot(fields.Digest("publicKeySha256")),
            "list-operator" => new GovernanceChange.AdmitOperator(new PublicKey(fields.Digest("key")), fields.Text("name")),
            "retire-operator" => new GovernanceChange.RetireOperator(new PublicKey(fields.Digest("key"))),
            "set-keys" => new GovernanceChange.SetKeys(new GovernanceKeys(Keys(fields, "keys"), fields.Int("threshold", 1))),
            "deny-tpm" => new GovernanceChange.DenyTpm(fields.Hex("tuple")),
            "allow-tpm" => new GovernanceChange.AllowTpm(fields.Hex("tuple")),
            "set-times" => new GovernanceChange.SetTimes(Times(fields, present?.Times)),
            "set-committee" => new GovernanceChange.SetCommittee(new CommitteeParameters(
                fields.Int("size", 1, present?.Committee.Size), fields.Int("rounds", 1, present?.Committee.Rounds),
                fields.Int("attempts", 1, present?.Committee.Attempts), fields.Int("verifiersMin", 1, present?.Committee.VerifiersMin))),
            "set-admission" => new GovernanceChange.SetAdmission(new AdmissionRule(
                fields.Int("sponsors", 0, present?.Admission.Sponsors), fields.Int("sponsorshipsMax", 0, present?.Admission.SponsorshipsMax),
                fields.Int("nodesMax", 1, present?.Admission.NodesMax), fields.Int("cooldownEpochs", 0, present?.Admission.CooldownEpochs))),
            "set-platform" => new GovernanceChange.SetPlatform(Platform(fields, present?.Platform)),
            "rescue" => new GovernanceChange.Rescue(Keys(fields, "nodes")),
            "upgrade" => new GovernanceChange.Upgrade(fields.Int("rulesVersion", 1)),
            "cancel" => new GovernanceChange.Cancel(fields.Int("entry", 1)),
            _ => throw fields.Wrong($"\"{kind}\" is no kind of change"),
        };
        fields.Close();
        return change;
    }

    /// <summary>Writes one change in full.</summary>
    public static void Write(Utf8JsonWriter json, GovernanceChange change)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(change);
        json.WriteStartObject();
        json.WriteString("change", Name(change));
        switch (change)
        {
            case GovernanceChange.AddReference add: json.WriteString("tee", Name(add.Value.Tee)); json.WriteString("tuple", Hex(add.Value.Tuple)); break;
            case GovernanceChange.WithdrawReference withdraw: json.WriteString("digest", withdraw.Digest.ToString()); break;
            case GovernanceChange.SetFloors floors: json.WriteString("tee", Name(floors.Tee)); WriteList(json, "tuples", floors.Tuples.Select(Hex)); break;
            case GovernanceChange.AddRoot add:
                json.WriteNumber("class", add.Root.Class);
                json.WriteBoolean("development", add.Root.Development);
                json.WriteString("publicKeySha256", add.Root.PublicKeySha256.ToString());
                break;
            case GovernanceChange.RemoveRoot remove: json.WriteString("publicKeySha256", remove.PublicKeySha256.ToString()); break;
            case GovernanceChange.AdmitOperator admit: json.WriteString("key", admit.Key.ToString()); json.WriteString("name", admit.Name); break;
            case GovernanceChange.RetireOperator retire: json.WriteString("key", retire.Key.ToString()); break;
            case GovernanceChange.SetKeys keys: WriteList(json, "keys", keys.Keys.Keys.Select(key => key.ToString())); json.WriteNumber("threshold", keys.Keys.Threshold); break;
            case GovernanceChange.DenyTpm deny: json.WriteString("tuple", Hex(deny.Tuple)); break;
            case GovernanceChange.AllowTpm allow: json.WriteString("tuple", Hex(allow.Tuple)); break;
            case GovernanceChange.SetTimes times: WriteTimes(json, times.Times); break;
            case GovernanceChange.SetCommittee committee:
                json.WriteNumber("size", committee.Committee.Size);
                json.WriteNumber("rounds", committee.Committee.Rounds);
                json.WriteNumber("attempts", committee.Committee.Attempts);
                json.WriteNumber("verifiersMin", committee.Committee.VerifiersMin);
                break;
            case GovernanceChange.SetAdmission admission:
                json.WriteNumber("sponsors", admission.Admission.Sponsors);
                json.WriteNumber("sponsorshipsMax", admission.Admission.SponsorshipsMax);
                json.WriteNumber("nodesMax", admission.Admission.NodesMax);
                json.WriteNumber("cooldownEpochs", admission.Admission.CooldownEpochs);
                break;
            case GovernanceChange.SetPlatform platform:
                json.WriteNumber("class", platform.Platform.Class);
                json.WriteBoolean("requireSecureBoot", platform.Platform.RequireSecureBoot);
                json.WriteStartArray("requiredPcrs");
                foreach (int pcr in platform.Platform.RequiredPcrs) json.WriteNumberValue(pcr);
                json.WriteEndArray();
                WriteList(json, "references", platform.Platform.References.Select(Hex));
                json.WriteStartObject("ima");
                json.WriteBoolean("required", platform.Platform.Ima.Required);
                WriteList(json, "files", platform.Platform.Ima.Files.Select(file => file.ToString()));
                json.WriteEndObject();
                break;
            case GovernanceChange.Rescue rescue: WriteList(json, "nodes", rescue.Nodes.Select(node => node.ToString())); break;
            case GovernanceChange.Upgrade upgrade: json.WriteNumber("rulesVersion", upgrade.RulesVersion); break;
            case GovernanceChange.Cancel cancel: json.WriteNumber("entry", cancel.EntryNumber); break;
            default: throw new InvalidOperationException($"Unexpected change {change.GetType().Name}.");
        }
        json.WriteEndObject();
    }

    /// <summary>The kind's name, as in the member "change".</summary>
    public static string Name(GovernanceChange change) => change switch
    {
        GovernanceChange.AddReference => "add-reference",
        GovernanceChange.WithdrawReference => "withdraw-reference",
        GovernanceChange.SetFloors => "set-floors",
        GovernanceChange.AddRoot => "add-root",
        GovernanceChange.RemoveRoot => "remove-root",
        GovernanceChange.AdmitOperator => "list-operator",
        GovernanceChange.RetireOperator => "retire-operator",
        GovernanceChange.SetKeys => "set-keys",
        GovernanceChange.DenyTpm => "deny-tpm",
        GovernanceChange.AllowTpm => "allow-tpm",
        GovernanceChange.SetTimes => "set-times",
        GovernanceChange.SetCommittee => "set-committee",
        GovernanceChange.SetAdmission => "set-admission",
        GovernanceChange.SetPlatform => "set-platform",
        GovernanceChange.Rescue => "rescue",
        GovernanceChange.Upgrade => "upgrade",
        GovernanceChange.Cancel => "cancel",
        _ => throw new InvalidOperationException($"Unexpected change {change?.GetType().Name}."),
    };

    /// <summary>A kind of TEE as files name it.</summary>
    public static string Name(TeeKind tee) => tee switch
    {
        TeeKind.SevSnp => "sev-snp",
        TeeKind.Tdx => "tdx",
        _ => throw new InvalidOperationException($"Unexpected TEE {tee}."),
    };

    private static GenesisTimes Times(JsonFields fields, GenesisTimes? present) => new()
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

    private static void WriteTimes(Utf8JsonWriter json, GenesisTimes times)
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

    private static PlatformRule Platform(JsonFields fields, PlatformRule? present) => new()
    {
        Class = fields.Int("class", 1, present?.Class),
        RequireSecureBoot = present is not null && !fields.Has("requireSecureBoot") ? present.RequireSecureBoot : fields.Bool("requireSecureBoot"),
        RequiredPcrs = present is not null && !fields.Has("requiredPcrs")
            ? present.RequiredPcrs
            : [.. fields.Items("requiredPcrs").Select(item => item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out int pcr) ? pcr : throw fields.Wrong("\"requiredPcrs\" has an item that is no number"))],
        References = present is not null && !fields.Has("references") ? present.References : fields.HexList("references"),
        Ima = fields.Has("ima") ? Ima(fields.Object("ima")) : present?.Ima ?? ImaRule.None,
    };

    private static ImaRule Ima(JsonFields fields)
    {
        var rule = new ImaRule(fields.Bool("required"), [.. fields.Digests("files").Distinct().Order()]);
        fields.Close();
        return rule;
    }

    private static ImmutableArray<PublicKey> Keys(JsonFields fields, string name) => [.. fields.Digests(name).Distinct().Order().Select(key => new PublicKey(key))];

    private static void WriteList(Utf8JsonWriter json, string name, IEnumerable<string> items)
    {
        json.WriteStartArray(name);
        foreach (string item in items) json.WriteStringValue(item);
        json.WriteEndArray();
    }

    private static string Hex(ReadOnlyMemory<byte> bytes) => Convert.ToHexStringLower(bytes.Span);
}
