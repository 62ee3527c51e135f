using System.CommandLine;

namespace Errand.Cli;

/// <summary>Options that several commands take.</summary>
internal sealed class CommonOptions
{
    public Option<bool> Json { get; } = new("--json") { Description = "Print JSON for programs.", Recursive = true };

    public Option<string?> Network { get; } = new("--network") { Description = "URL of the network; else ERRAND_NETWORK, else the file .errand/network here or above.", HelpName = "URL", Recursive = true };

    public Option<string?> Keys { get; } = new("--keys") { Description = "Folder of the key store; else ERRAND_KEYS, else ~/.errand/keys.", HelpName = "FOLDER", Recursive = true };

    public Option<string?> As { get; } = new("--as") { Description = "Act as a party of the development network here or above.", HelpName = "PARTY", Recursive = true };

    public Option<string?> PassphraseFile { get; } = new("--passphrase-file") { Description = "File whose first line is the passphrase; else ERRAND_PASSPHRASE, else you are asked.", HelpName = "FILE", Recursive = true };

    public Option<int> Timeout { get; } = new("--timeout") { Description = "Seconds after which to give up; 0 for never.", HelpName = "SECONDS", Recursive = true, DefaultValueFactory = _ => 600 };

    public IEnumerable<Option> All => [Json, Network, Keys, As, PassphraseFile, Timeout];
}
