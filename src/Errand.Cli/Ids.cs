using Errand.Client;
using Errand.Primitives;

namespace Errand.Cli;

/// <summary>Reads ids as people type them: whole, or the first digits where only one is meant.</summary>
internal static class Ids
{
    private const int PrefixLengthMin = 6;

    /// <summary>64 hexadecimal digits.</summary>
    public static Bytes32 Parse(string text, string what) => Bytes32.TryParseHex(text, out Bytes32 value)
        ? value
        : throw new ClientException(ClientError.Usage, $"\"{text}\" is no {what}.", "It has 64 lower-case hexadecimal digits.");

    /// <summary>A whole id, or six digits or more with which only one of the known ids begins.</summary>
    public static Bytes32 Resolve(string text, IEnumerable<Bytes32> known, ClientError unknown, string what)
    {
        if (Bytes32.TryParseHex(text, out Bytes32 whole)) return whole;
        Bytes32[] found = text.Length < PrefixLengthMin ? [] : [.. known.Where(id => id.ToString().StartsWith(text, StringComparison.Ordinal)).Take(2)];
        return found.Length switch
        {
            1 => found[0],
            0 => throw new ClientException(unknown, $"No {what} \"{text}\" is on this ledger."),
            _ => throw new ClientException(unknown, $"More than one {what} begins with \"{text}\".", "Give more digits."),
        };
    }
}
