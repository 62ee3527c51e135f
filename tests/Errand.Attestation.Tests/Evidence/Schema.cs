using System.Text.Json;
using System.Text.RegularExpressions;

namespace Errand.Attestation.Tests;

/// <summary>Checks JSON against the few words of JSON Schema that docs/attestation/result.schema.json uses; any other word is an error.</summary>
internal sealed class Schema(JsonElement root)
{
    private static readonly string[] Annotations = ["$schema", "title", "description", "$defs"];

    /// <summary>What is wrong, by path.</summary>
    public List<string> Validate(JsonElement instance)
    {
        List<string> faults = [];
        Check(root, instance, "$", faults);
        return faults;
    }

    private void Check(JsonElement schema, JsonElement instance, string path, List<string> faults)
    {
        foreach (JsonProperty word in schema.EnumerateObject())
        {
            switch (word.Name)
            {
                case "$ref":
                    Check(root.GetProperty("$defs").GetProperty(word.Value.GetString()!["#/$defs/".Length..]), instance, path, faults);
                    break;
                case "type":
                    Require(TypeOf(instance) == word.Value.GetString(), $"is no {word.Value}");
                    break;
                case "const":
                    Require(JsonElement.DeepEquals(word.Value, instance), $"is not {word.Value}");
                    break;
                case "enum":
                    Require(word.Value.EnumerateArray().Any(value => JsonElement.DeepEquals(value, instance)), $"is none of {word.Value}");
                    break;
                case "pattern":
                    Require(instance.ValueKind == JsonValueKind.String && Regex.IsMatch(instance.GetString()!, word.Value.GetString()!), $"does not match {word.Value}");
                    break;
                case "minLength":
                    Require(instance.ValueKind == JsonValueKind.String && instance.GetString()!.Length >= word.Value.GetInt32(), "is too short");
                    break;
                case "required":
                    foreach (JsonElement name in word.Value.EnumerateArray()) Require(instance.ValueKind == JsonValueKind.Object && instance.TryGetProperty(name.GetString()!, out _), $"lacks {name}");
                    break;
                case "properties" when instance.ValueKind == JsonValueKind.Object:
                    foreach (JsonProperty member in instance.EnumerateObject())
                        if (word.Value.TryGetProperty(member.Name, out JsonElement inner)) Check(inner, member.Value, $"{path}.{member.Name}", faults);
                    break;
                case "additionalProperties" when instance.ValueKind == JsonValueKind.Object:
                    foreach (JsonProperty member in instance.EnumerateObject())
                    {
                        if (schema.TryGetProperty("properties", out JsonElement known) && known.TryGetProperty(member.Name, out _)) continue;
                        if (word.Value.ValueKind == JsonValueKind.False) faults.Add($"{path}.{member.Name} is not known");
                        else Check(word.Value, member.Value, $"{path}.{member.Name}", faults);
                    }
                    break;
                case "items" when instance.ValueKind == JsonValueKind.Array:
                    int index = 0;
                    foreach (JsonElement item in instance.EnumerateArray()) Check(word.Value, item, $"{path}[{index++}]", faults);
                    break;
                case "anyOf":
                    Require(word.Value.EnumerateArray().Any(option => Matches(option, instance)), "matches none of several");
                    break;
                case "properties" or "additionalProperties" or "items":
                    break;
                default:
                    Assert.Contains(word.Name, Annotations);
                    break;
            }
        }

        void Require(bool holds, string fault)
        {
            if (!holds) faults.Add($"{path} {fault}");
        }
    }

    private bool Matches(JsonElement option, JsonElement instance)
    {
        List<string> faults = [];
        Check(option, instance, "$", faults);
        return faults.Count == 0;
    }

    private static string TypeOf(JsonElement instance) => instance.ValueKind switch
    {
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        JsonValueKind.Null => "null",
        JsonValueKind.Number => "number",
        _ => throw new InvalidOperationException("No JSON value."),
    };
}
