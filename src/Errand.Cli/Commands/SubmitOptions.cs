using System.CommandLine;
using Errand.Protocol;

namespace Errand.Cli;

/// <summary>Options of <c>errand task submit</c>.</summary>
internal sealed class SubmitOptions
{
    public Option<string> App { get; } = new("--app") { Description = "The app's asset id, or its first digits.", HelpName = "ASSET", Required = true };

    public Option<string[]> Data { get; } = new("--data") { Description = "A data asset and the name under which the app finds it: /data/NAME. May stand several times.", HelpName = "NAME=ASSET", Required = true };

    public Option<string[]> Shapes { get; } = new("--shape") { Description = "The shape that an owner demands of what leaves: the name of its data and the owner's shape file. May stand several times.", HelpName = "NAME=FILE" };

    public Option<string[]> Arguments { get; } = new("--arg") { Description = "A public argument of the app. May stand several times.", HelpName = "TEXT" };

    public Option<string?> SecretArguments { get; } = new("--secret-args") { Description = "File with secret arguments, one a line; sealed, published and used once. Needs --secret-args-url, or --as.", HelpName = "FILE" };

    public Option<string?> SecretUrl { get; } = new("--secret-args-url") { Description = "URL at which executors fetch the sealed arguments.", HelpName = "URL" };

    public Option<string[]> Recipients { get; } = new("--recipient") { Description = "Who can open the result: self, a file with an HPKE public key, or its hexadecimal digits. Else self.", HelpName = "KEY" };

    public Option<string?> Tee { get; } = MakeTee();

    public LimitOptions Limits { get; } = new();

    public Option<int> Deadline { get; } = new("--deadline") { Description = "Minutes after which the task expires.", DefaultValueFactory = _ => 60, HelpName = "MINUTES" };

    public Option<bool> Wait { get; } = new("--wait") { Description = "Follow the task until it ends." };

    /// <summary>The kind that a word names; without one that of the network's reference values, or SEV-SNP where it has several.</summary>
    public static TeeKind KindOf(string? word, NetworkTerms terms) => word switch
    {
        "sev-snp" => TeeKind.SevSnp,
        "tdx" => TeeKind.Tdx,
        "development-vtpm" => TeeKind.DevelopmentVtpm,
        _ => terms.ReferenceValues.Select(value => value.Tee).Distinct().ToArray() is [var only] ? only : TeeKind.SevSnp,
    };

    public IEnumerable<Option> All => [App, Data, Shapes, Arguments, SecretArguments, SecretUrl, Recipients, Tee, .. Limits.All, Deadline, Wait];

    private static Option<string?> MakeTee()
    {
        var tee = new Option<string?>("--tee") { Description = "The kind of TEE that must run it: sev-snp, tdx or, in a development network, development-vtpm. Else the one that the network takes, or sev-snp.", HelpName = "KIND" };
        tee.AcceptOnlyFromAmong("sev-snp", "tdx", "development-vtpm");
        return tee;
    }
}
