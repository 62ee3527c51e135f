using System.CommandLine;
using Errand.Attestation;

namespace Errand.Cli;

/// <summary><c>errand measure id-block</c>.</summary>
internal static class MeasureIdBlock
{
    public static CliCommand Build(CommandRunner runner)
    {
        var command = new CliCommand(
            "id-block", "Make the ID block of an SEV-SNP guest, to be signed, and the digests of its keys.",
            "errand measure id-block --measurement 3adc95…0207fe --guest-policy 0x30000 --guest-svn 2 --id-key id.pem --author-key author.pem");
        var measurement = new Option<string>("--measurement") { Description = "The launch digest.", HelpName = "HEX", Required = true };
        var id = new MeasureIdOptions();
        command.Add(measurement);
        foreach (Option option in id.All) command.Add(option);
        runner.Set(command, context =>
        {
            byte[] block = id.Read(context, MeasureInputs.Hex(context.Get(measurement), 48, "--measurement")).Encode();
            List<(string Name, byte[] Value)> values = [("idBlock", block)];
            if (context.Get(id.IdKey) is { } idKey) values.Add(("idKeyDigest", MeasureIdOptions.DigestKey(context, idKey)));
            if (context.Get(id.AuthorKey) is { } authorKey) values.Add(("authorKeyDigest", MeasureIdOptions.DigestKey(context, authorKey)));
            if (context.Json) context.WriteJson(json =>
            {
                json.WriteStartObject();
                foreach ((string name, byte[] value) in values) MeasureReference.Hex(json, name, value);
                json.WriteEndObject();
            });
            else foreach ((string name, byte[] value) in values) context.Line($"{name,-15} {Convert.ToHexStringLower(value)}");
            return ExitCode.Ok;
        });
        return command;
    }
}
