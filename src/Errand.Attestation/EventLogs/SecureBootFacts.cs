namespace Errand.Attestation;

/// <summary>
/// What a replayed log says of Secure Boot in PCR 7 (PC Client Platform Firmware Profile, section 3.3.4.8). Only events whose data is what was
/// measured count, and variables only before the firmware's separator.
/// </summary>
/// <remarks>A list is null when the firmware did not measure the variable, measured it twice, or it does not parse.</remarks>
public sealed record SecureBootFacts
{
    /// <summary>Whether it was on; null when the log does not say.</summary>
    public required bool? Enabled { get; init; }

    /// <summary>PK: who owns the machine.</summary>
    public required IReadOnlyList<EfiSignature>? PlatformKey { get; init; }

    /// <summary>KEK: who may change the databases.</summary>
    public required IReadOnlyList<EfiSignature>? KeyExchangeKeys { get; init; }

    /// <summary>db: what may start.</summary>
    public required IReadOnlyList<EfiSignature>? Allowed { get; init; }

    /// <summary>dbx: what may not.</summary>
    public required IReadOnlyList<EfiSignature>? Forbidden { get; init; }

    /// <summary>Entries by which images were let in, in order: of db, or of a boot loader's own list such as MokListRT.</summary>
    public required IReadOnlyList<EfiVariable> Authorities { get; init; }

    /// <summary>Reads the facts of a bank. The log must have been replayed to a trusted PCR 7 by the caller.</summary>
    public static SecureBootFacts Read(EventLog log, TpmAlgorithm bank)
    {
        ArgumentNullException.ThrowIfNull(log);
        var variables = new List<EfiVariable>();
        var authorities = new List<EfiVariable>();
        bool separated = false;
        foreach (LoggedEvent item in log.Events)
        {
            if (item.PcrIndex != 7 || !item.Extends) continue;
            separated |= EventLogRules.IsSeparator(item, bank);
            // The separator closes what the firmware says of itself; authorities come on either side of it.
            if (item.Type is not (EventTypes.EfiVariableDriverConfig or EventTypes.EfiVariableAuthority) || !item.DataMatches(bank) || EfiVariable.TryParse(item.Data) is not { } variable) continue;
            if (item.Type == EventTypes.EfiVariableAuthority) authorities.Add(variable);
            else if (!separated) variables.Add(variable);
        }
        return new SecureBootFacts
        {
            Enabled = EventLogRules.SecureBoot(log, bank),
            PlatformKey = Lists(EfiVariable.Global, "PK"),
            KeyExchangeKeys = Lists(EfiVariable.Global, "KEK"),
            Allowed = Lists(EfiVariable.SecurityDatabase, "db"),
            Forbidden = Lists(EfiVariable.SecurityDatabase, "dbx"),
            Authorities = authorities,
        };

        IReadOnlyList<EfiSignature>? Lists(Guid space, string name) =>
            variables.FindAll(variable => variable.Namespace == space && variable.Name == name) is [var only] ? EfiSignature.TryParseLists(only.Data) : null;
    }
}
