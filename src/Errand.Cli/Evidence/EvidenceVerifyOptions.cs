using System.CommandLine;
using System.Globalization;
using Errand.Client;

namespace Errand.Cli;

/// <summary>Options of commands that verify evidence.</summary>
internal sealed class EvidenceVerifyOptions
{
    public Option<string?> Collateral { get; } = new("--collateral") { Description = "Folder with certificates, revocation lists, TCB info and identities; other files in it are left aside.", HelpName = "FOLDER" };

    public Option<string?> Policy { get; } = new("--policy") { Description = "Policy file; without one only authenticity is verified.", HelpName = "FILE" };

    public Option<string?> At { get; } = new("--at") { Description = "Time of appraisal (UTC), as in 2026-02-01T00:00:00Z; else now.", HelpName = "TIME" };

    public Option<string?> Nonce { get; } = new("--nonce") { Description = "What the evidence must carry as nonce or report data, in hexadecimal.", HelpName = "HEX" };

    public Option<string[]> Root { get; } = new("--root") { Description = "Trust this root certificate as well, beside those of vendors.", HelpName = "FILE" };

    public Option<bool> Ear { get; } = new("--ear") { Description = "Print an unsigned EAR claims-set (draft-ietf-rats-ear) instead." };

    public IEnumerable<Option> All => [Collateral, Policy, At, Nonce, Root, Ear];

    public DateTimeOffset TimeOf(CommandContext context)
    {
        if (context.Get(At) is not { } text) return context.Environment.Time.GetUtcNow();
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time)
            ? time
            : throw new ClientException(ClientError.Usage, $"--at {text} is no time.", "Write it as 2026-02-01T00:00:00Z.");
    }

    public byte[]? NonceOf(CommandContext context)
    {
        if (context.Get(Nonce) is not { } text) return null;
        try
        {
            return Convert.FromHexString(text);
        }
        catch (FormatException)
        {
            throw new ClientException(ClientError.Usage, "--nonce is not hexadecimal.", "Write two digits for each byte.");
        }
    }
}
