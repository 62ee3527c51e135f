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
            "add-reference" => new GovernanceChange.AddReference(TermsJson.ReadReference(fields)),
            "withdraw-reference" => new GovernanceChange.WithdrawReference(fields.Digest("digest")),
            "set-floors" => new GovernanceChange.SetFloors(fields.Tee("tee"), fields.HexList("tuples")),
            "add-root" => new GovernanceChange.AddRoot(TermsJson.ReadRoot(fields)),
            "remove-root" => new GovernanceChange.RemoveRoot(fields.Digest("publicKeySha256")),
            "list-operator" => new GovernanceChange.AdmitOperator(new PublicKey(fields.Digest("key")), fields.Text("name")),
            "retire-operator" => new GovernanceChange.RetireOperator(new PublicKey(fields.Digest("key"))),
            "set-keys" => new GovernanceChange.SetKeys(new GovernanceKeys(TermsJson.Keys(fields, "keys"), fields.Int("threshold", 1))),
            "deny-tpm" => new GovernanceChange.DenyTpm(fields.Hex("tuple")),
            "allow-tpm" => new GovernanceChange.AllowTpm(fields.Hex("tuple")),
            "set-times" => new GovernanceChange.SetTimes(TermsJson.ReadTimes(fields, present?.Times)),
            "set-committee" => new GovernanceChange.SetCommittee(TermsJson.ReadCommittee(fields, present?.Committee)),
            "set-admission" => new GovernanceChange.SetAdmission(TermsJson.ReadAdmission(fields, present?.Admission)),
            "set-platform" => new GovernanceChange.SetPlatform(TermsJson.ReadPlatform(fields, present?.Platform)),
            "rescue" => new GovernanceChange.Rescue(TermsJson.Keys(fields, "nodes")),
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
            case GovernanceChange.AddReference add: TermsJson.Write(json, add.Value.Tee, add.Value.Tuple); break;
            case GovernanceChange.WithdrawReference withdraw: json.WriteString("digest", withdraw.Digest.ToString()); break;
            case GovernanceChange.SetFloors floors: json.WriteString("tee", TermsJson.Name(floors.Tee)); TermsJson.WriteList(json, "tuples", floors.Tuples.Select(TermsJson.Hex)); break;
            case GovernanceChange.AddRoot add:
                TermsJson.Write(json, add.Root);
                break;
            case GovernanceChange.RemoveRoot remove: json.WriteString("publicKeySha256", remove.PublicKeySha256.ToString()); break;
            case GovernanceChange.AdmitOperator admit: json.WriteString("key", admit.Key.ToString()); json.WriteString("name", admit.Name); break;
            case GovernanceChange.RetireOperator retire: json.WriteString("key", retire.Key.ToString()); break;
            case GovernanceChange.SetKeys keys: TermsJson.WriteList(json, "keys", keys.Keys.Keys.Select(key => key.ToString())); json.WriteNumber("threshold", keys.Keys.Threshold); break;
            case GovernanceChange.DenyTpm deny: json.WriteString("tuple", TermsJson.Hex(deny.Tuple)); break;
            case GovernanceChange.AllowTpm allow: json.WriteString("tuple", TermsJson.Hex(allow.Tuple)); break;
            case GovernanceChange.SetTimes times: TermsJson.Write(json, times.Times); break;
            case GovernanceChange.SetCommittee committee:
                TermsJson.Write(json, committee.Committee);
                break;
            case GovernanceChange.SetAdmission admission:
                TermsJson.Write(json, admission.Admission);
                break;
            case GovernanceChange.SetPlatform platform:
                TermsJson.Write(json, platform.Platform);
                break;
            case GovernanceChange.Rescue rescue: TermsJson.WriteList(json, "nodes", rescue.Nodes.Select(node => node.ToString())); break;
            case GovernanceChange.Upgrade upgrade: json.WriteNumber("rulesVersion", upgrade.RulesVersion); break;
            case GovernanceChange.Cancel cancel: json.WriteNumber("entry", cancel.EntryNumber); break;
            default: throw new InvalidOperationException($"Unexpected change {change.GetType().Name}.");
        }
        json.WriteEndObject();
    }

    /// <summary>A kind of TEE as files name it.</summary>
    public static string Name(TeeKind tee) => TermsJson.Name(tee);

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
}
