using System.Text.Json;

namespace Errand.Cli;

/// <summary>Prints a measurement for people, and as a reference for programs and policy files.</summary>
internal static class MeasureReference
{
    /// <summary>The values by themselves, then the reference and where it belongs; with --json the reference alone.</summary>
    public static ExitCode Print(CommandContext context, IReadOnlyList<(string Name, byte[] Value)> values, string where, Action<Utf8JsonWriter> reference)
    {
        if (!context.Json)
        {
            foreach ((string name, byte[] value) in values) context.Line($"{name,-12} {Convert.ToHexStringLower(value)}");
            context.Line();
            context.Line(where);
        }
        context.WriteJson(json =>
        {
            json.WriteStartObject();
            reference(json);
            json.WriteEndObject();
        });
        return ExitCode.Ok;
    }

    public static void Hex(Utf8JsonWriter json, string name, ReadOnlyMemory<byte> value) => json.WriteString(name, Convert.ToHexStringLower(value.Span));
}
