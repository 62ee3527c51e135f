using System.Buffers.Binary;

namespace Errand.Attestation;

/// <summary>What a complete boot's log must contain (TCG PC Client Platform Firmware Profile, sections 3.3.4 and 8.2).</summary>
public static class EventLogRules
{
    private const uint ErrorSeparator = 1;

    /// <summary>
    /// What is missing or wrong, for people; null when nothing is. Each of the given firmware PCRs (0 to 7) must have exactly one
    /// separator, whose digest is that of its data, and which does not say that the firmware failed.
    /// </summary>
    /// <remarks>
    /// An event's type is not measured: the system that was booted can extend a firmware PCR as well, and could then rename the firmware's
    /// separator and append its own. So an event also counts as a separator when it measured a separator's value, whatever it is called.
    /// </remarks>
    public static string? FindFault(EventLog log, TpmAlgorithm bank, PcrSet pcrs)
    {
        ArgumentNullException.ThrowIfNull(log);
        byte[][] digests = SeparatorDigests(bank);
        foreach (int index in pcrs.Indices().Where(PcrSet.Firmware.Contains))
        {
            LoggedEvent[] separators = [.. log.Events.Where(item => item.PcrIndex == index && IsSeparator(item, bank, digests))];
            if (separators is not [var separator]) return $"PCR {index} has {separators.Length} separators";
            if (separator.Type != EventTypes.Separator) return $"the separator of PCR {index} is called something else";
            if (separator.Data.Length != 4 || !separator.DataMatches(bank)) return $"the separator of PCR {index} is not what was measured";
            uint value = BinaryPrimitives.ReadUInt32LittleEndian(separator.Data.Span);
            if (value == ErrorSeparator) return $"the separator of PCR {index} reports a firmware error";
            if (value is not (0 or uint.MaxValue)) return $"the separator of PCR {index} has an unknown value";
        }
        return null;
    }

    /// <summary>
    /// Whether the log says that Secure Boot is on: the SecureBoot variable measured into PCR 7 before the separator, its data hashing to
    /// the digest. Null when there is no such event or its value is empty.
    /// </summary>
    public static bool? SecureBoot(EventLog log, TpmAlgorithm bank)
    {
        ArgumentNullException.ThrowIfNull(log);
        byte[][] digests = SeparatorDigests(bank);
        foreach (LoggedEvent item in log.Events)
        {
            if (item.PcrIndex != 7) continue;
            if (IsSeparator(item, bank, digests)) return null;
            if (item.Type != EventTypes.EfiVariableDriverConfig || EfiVariable.TryParse(item.Data) is not { Name: "SecureBoot" } variable) continue;
            if (variable.Namespace != EfiVariable.Global || !item.DataMatches(bank)) continue;
            return variable.Data.Span switch { [0] => false, [1] => true, _ => null };
        }
        return null;
    }

    internal static bool IsSeparator(LoggedEvent item, TpmAlgorithm bank) => IsSeparator(item, bank, SeparatorDigests(bank));

    // The value of a firmware error is left out: a boot order of 1, 0 has the same bytes.
    private static byte[][] SeparatorDigests(TpmAlgorithm bank) => bank.ToHashName() is null ? [] : [bank.Hash([0, 0, 0, 0]), bank.Hash([0xFF, 0xFF, 0xFF, 0xFF])];

    private static bool IsSeparator(LoggedEvent item, TpmAlgorithm bank, byte[][] digests) =>
        item.Type == EventTypes.Separator || (item.Extends && item.Digest(bank) is { } measured && digests.Any(digest => measured.Span.SequenceEqual(digest)));
}
