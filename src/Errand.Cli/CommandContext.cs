using System.CommandLine;
using System.Text;
using System.Text.Json;
using Errand.Client;
using Errand.Node;
using Errand.Primitives;
using Spectre.Console;

namespace Errand.Cli;

/// <summary>One run of a command: its arguments, the outside, and how it gets at network and keys.</summary>
internal sealed class CommandContext(CliEnvironment environment, CommonOptions options, ParseResult arguments)
{
    private const string NetworkVariable = "ERRAND_NETWORK", KeysVariable = "ERRAND_KEYS", DevelopmentFolderName = "devnet", StatesFolderName = "state";
    private const int NetworkFileSizeMax = 4096;
    private static readonly JsonWriterOptions JsonLayout = new() { Indented = true };

    public CliEnvironment Environment => environment;

    public bool Json => arguments.GetValue(options.Json);

    public TextWriter Output => environment.Output;

    public TimeSpan Timeout => TimeSpan.FromSeconds(arguments.GetValue(options.Timeout));

    public T Get<T>(Option<T> option) => arguments.GetValue(option)!;

    public T Get<T>(Argument<T> argument) => arguments.GetValue(argument)!;

    /// <summary>A path argument as the user means it.</summary>
    public string Path(Argument<string> argument) => environment.At(Get(argument));

    public void Line(string text = "") => environment.Output.WriteLine(text);

    /// <summary>Prints one JSON document.</summary>
    public void WriteJson(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, JsonLayout)) write(writer);
        environment.Output.WriteLine(Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length));
    }

    /// <summary>Reads a file that cannot be longer than what is looked for.</summary>
    /// <exception cref="ClientException"><c>file/missing</c>, <c>file/unreadable</c>.</exception>
    public static byte[] ReadBounded(string file, int sizeMax)
    {
        if (!File.Exists(file)) throw new ClientException(ClientError.FileMissing, $"{file} is not there.");
        if (new FileInfo(file).Length > sizeMax) throw new ClientException(ClientError.FileUnreadable, $"{file} is longer than {sizeMax} bytes.");
        return File.ReadAllBytes(file);
    }

    /// <summary>Prints one JSON document on one line: for streams.</summary>
    public void WriteJsonLine(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer)) write(writer);
        environment.Output.WriteLine(Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length));
        environment.Output.Flush();
    }

    /// <summary>Connects to the network that the options, the environment or the folder names.</summary>
    public Task<ErrandClient> ConnectAsync(CancellationToken cancellation)
    {
        (Uri address, NetworkId? expected) = FindNetwork();
        return ErrandClient.ConnectAsync(address, expected, environment.Time, found => environment.Error.WriteLine($"PROOF that the ledger lied: {LedgerEvidenceFile.Keep(environment.Folder, found)}"), States, ChainOf, cancellation);
    }

    /// <summary>The chain's endpoints that the environment names; null if it names none.</summary>
    public IReadOnlyList<Uri>? ChainEndpoints => environment.Variable(ChainAccess.Variable) is { Length: > 0 } set ? ChainAccess.Parse(set) : null;

    /// <summary>Where what was read from a network's chain is kept.</summary>
    public string ChainFile(NetworkId network) => System.IO.Path.Combine(environment.Home, ".errand", "chains", $"{network}.db");

    private ChainAccess? ChainOf(NetworkId network) => ChainEndpoints is { } endpoints
        ? new ChainAccess(endpoints, ChainFile(network), environment.Error.WriteLine)
        : null;

    /// <summary>The folder of states that were fetched, here or above; null if there is none.</summary>
    public string? States => environment.FindUpwards(StatesFolderName);

    /// <summary>The development network here or above; null if there is none.</summary>
    public DevelopmentFolder? FindDevelopmentFolder() => environment.FindUpwards(DevelopmentFolderName) is { } path ? new DevelopmentFolder(path) : null;

    /// <summary>The party of the development network that the user acts as; null when not.</summary>
    public string? Party => arguments.GetValue(options.As);

    public string KeyFolder
    {
        get
        {
            if (Party is { } party) return RequireDevelopmentFolder().PartyKeys(party);
            if (arguments.GetValue(options.Keys) is { } given) return environment.At(given);
            return environment.Variable(KeysVariable) is { Length: > 0 } set ? environment.At(set) : System.IO.Path.Combine(environment.Home, ".errand", "keys");
        }
    }

    public DevelopmentFolder RequireDevelopmentFolder() => FindDevelopmentFolder()
        ?? throw new ClientException(ClientError.NetworkUnknown, "There is no development network here or above.", "Start one with: errand devnet up.");

    public KeyStore OpenKeys()
    {
        string folder = KeyFolder;
        if (!KeyStore.Exists(folder)) throw new ClientException(ClientError.KeyStoreMissing, $"There is no key store in {folder}.");
        using Passphrase passphrase = ReadPassphrase(create: false);
        return KeyStore.Open(folder, passphrase.Characters);
    }

    /// <summary>The passphrase from a file, the environment or the user.</summary>
    public Passphrase ReadPassphrase(bool create)
    {
        if (arguments.GetValue(options.PassphraseFile) is { } file) return Passphrase.FromFile(environment.At(file));
        if (environment.Variable(Passphrase.Variable) is { Length: > 0 } set) return new Passphrase(set);
        if (Party is not null && RequireDevelopmentFolder().PassphraseFile is var shared && File.Exists(shared)) return Passphrase.FromFile(shared);
        if (environment.Terminal is not { } terminal) throw new ClientException(ClientError.NoPassphrase, "The key store needs a passphrase, and there is nobody to ask.");
        // The prompt gives a string, which cannot be wiped: it lives until the process, a short one, ends.
        string first = terminal.Prompt(new TextPrompt<string>("Passphrase:").Secret(mask: null));
        if (create && terminal.Prompt(new TextPrompt<string>("Passphrase again:").Secret(mask: null)) != first)
            throw new ClientException(ClientError.WrongPassphrase, "The two passphrases differ.", "Run the command again.");
        return new Passphrase(first);
    }

    /// <summary>What --network says; null when it is not there.</summary>
    public string? NamedNetwork => arguments.GetValue(options.Network);

    /// <summary>The network that the options, the environment or the folder names, and its id if it is named too.</summary>
    public (Uri Address, NetworkId? Expected) FindNetwork()
    {
        if (arguments.GetValue(options.Network) is { } given) return Parse(given, "--network");
        if (environment.Variable(NetworkVariable) is { Length: > 0 } set) return Parse(set, NetworkVariable);
        if (environment.FindUpwards("network") is { } file && new FileInfo(file).Length <= NetworkFileSizeMax) return Parse(File.ReadAllText(file), file);
        throw new ClientException(ClientError.NetworkUnknown, "No network is named.");
    }

    /// <summary>An http or https URL that the user named.</summary>
    /// <exception cref="ClientException"><c>network/unknown</c>: it is none.</exception>
    public static Uri ParseAddress(string text, string source) => Parse(text, source).Address;

    // "URL", or "URL network-id": with the id, a network of another genesis is refused.
    private static (Uri Address, NetworkId? Expected) Parse(string text, string source)
    {
        string[] parts = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length is 0 or > 2 || !Uri.TryCreate(parts[0], UriKind.Absolute, out Uri? address) || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps))
            throw new ClientException(ClientError.NetworkUnknown, $"{source} names no http or https URL.");
        if (parts.Length == 1) return (address, null);
        return Bytes32.TryParseHex(parts[1], out Bytes32 id)
            ? (address, new NetworkId(id))
            : throw new ClientException(ClientError.NetworkUnknown, $"{source} names no network id after the URL.", "It has 64 lower-case hexadecimal digits.");
    }
}
