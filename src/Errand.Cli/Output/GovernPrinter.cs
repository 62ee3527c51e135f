using System.Globalization;
using System.Text;
using System.Text.Json;
using Errand.Client;
using Errand.Protocol;

namespace Errand.Cli;

/// <summary>Shows where governance stands, and what changes change.</summary>
internal static class GovernPrinter
{
    public static void Print(CommandContext context, NetworkState state)
    {
        GovernanceState governance = state.Governance;
        if (state.Genesis.Development) context.Line(Flags.Development);
        context.Line($"network  {state.Network}");
        context.Line(governance.Keys.Threshold == 0 ? "keys     none: nobody can change this network" : Invariant($"keys     {governance.Keys.Threshold} of {governance.Keys.Keys.Length} must sign"));
        foreach (Errand.Primitives.PublicKey key in governance.Keys.Keys) context.Line($"         {key}");
        context.Line(Invariant($"epoch    {state.Clock.Epoch}, of {state.Genesis.Times.EpochMilliseconds} ms"));
        context.Line(Invariant($"next     entry {governance.Number + 1}"));
        context.Line(Invariant($"terms    number {state.Terms.Number}: rules {state.Terms.RulesVersion}, {state.Terms.Roots.Length} roots, {state.Terms.ReferenceValues.Length} reference values, {state.Terms.Floors.Length} floors, {state.Terms.DeniedTpms.Length} denied TPMs"));
        foreach (ReferenceValue value in state.Terms.ReferenceValues)
            context.Line($"value    {GovernanceJson.Name(value.Tee)} {value.Digest}{(state.WithdrawnReferences.Contains(value.Digest) ? "   withdrawn" : "")}");
        foreach (PendingChanges waiting in governance.Pending)
            foreach (GovernanceChange change in waiting.Changes) context.Line(Invariant($"waiting  entry {waiting.Number}, epoch {waiting.Epoch}: {Words(change)}"));
    }

    public static void Write(Utf8JsonWriter json, NetworkState state)
    {
        GovernanceState governance = state.Governance;
        json.WriteStartObject();
        json.WriteString("network", state.Network.ToString());
        json.WriteBoolean("development", state.Genesis.Development);
        json.WriteNumber("epoch", state.Clock.Epoch);
        json.WriteNumber("number", governance.Number);
        json.WriteNumber("threshold", governance.Keys.Threshold);
        json.WriteStartArray("keys");
        foreach (Errand.Primitives.PublicKey key in governance.Keys.Keys) json.WriteStringValue(key.ToString());
        json.WriteEndArray();
        json.WriteStartObject("terms");
        json.WriteNumber("number", state.Terms.Number);
        json.WriteNumber("rulesVersion", state.Terms.RulesVersion);
        json.WriteStartArray("inForce");
        GovernanceJson.Write(json, new GovernanceChange.SetTimes(state.Terms.Times));
        GovernanceJson.Write(json, new GovernanceChange.SetCommittee(state.Terms.Committee));
        GovernanceJson.Write(json, new GovernanceChange.SetAdmission(state.Terms.Admission));
        GovernanceJson.Write(json, new GovernanceChange.SetPlatform(state.Terms.Platform));
        foreach (PinnedRoot root in state.Terms.Roots) GovernanceJson.Write(json, new GovernanceChange.AddRoot(root));
        foreach (IGrouping<TeeKind, FirmwareFloor> floors in state.Terms.Floors.GroupBy(floor => floor.Tee)) GovernanceJson.Write(json, new GovernanceChange.SetFloors(floors.Key, [.. floors.Select(floor => floor.Tuple)]));
        foreach (ReadOnlyMemory<byte> denied in state.Terms.DeniedTpms) GovernanceJson.Write(json, new GovernanceChange.DenyTpm(denied));
        json.WriteEndArray();
        json.WriteStartArray("referenceValues");
        foreach (ReferenceValue value in state.Terms.ReferenceValues)
        {
            json.WriteStartObject();
            json.WriteString("tee", GovernanceJson.Name(value.Tee));
            json.WriteString("digest", value.Digest.ToString());
            json.WriteString("tuple", Convert.ToHexStringLower(value.Tuple.Span));
            json.WriteBoolean("withdrawn", state.WithdrawnReferences.Contains(value.Digest));
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteStartArray("waiting");
        foreach (PendingChanges waiting in governance.Pending)
        {
            json.WriteStartObject();
            json.WriteNumber("number", waiting.Number);
            json.WriteNumber("epoch", waiting.Epoch);
            json.WriteStartArray("changes");
            foreach (GovernanceChange change in waiting.Changes) GovernanceJson.Write(json, change);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>A change in one line: its kind, and every value of it. Nothing is left out, as somebody will sign it.</summary>
    public static string Words(GovernanceChange change)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer)) GovernanceJson.Write(json, change);
        using JsonDocument document = JsonDocument.Parse(buffer.ToArray());
        var words = new StringBuilder(GovernanceJson.Name(change));
        foreach (JsonProperty member in document.RootElement.EnumerateObject().Skip(1)) words.Append(CultureInfo.InvariantCulture, $" {member.Name}={Printable.Of(member.Value.ToString())}");
        return words.ToString();
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
