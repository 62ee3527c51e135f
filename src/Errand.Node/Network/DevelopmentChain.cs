using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Security.Cryptography;
using Errand.Client;
using Errand.Ledger;

namespace Errand.Node;

/// <summary>An EVM chain for one development network: anvil on the loopback interface, its state in the network's folder. It agrees with nobody but itself.</summary>
internal sealed class DevelopmentChain : IAsyncDisposable
{
    private const string Announcement = "Listening on 127.0.0.1:", FeeKeyName = "fee-key", Program = "anvil", Variable = "ERRAND_ANVIL";
    private const string Installer = "eng/anvil.sh", Balance = "0x3635c9adc5dea00000"; // 1,000 ether
    private const ulong FeeMax = 1_000_000_000_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _shell;
    private readonly EvmKey _feeKey;

    private DevelopmentChain(Process shell, Uri address, EvmKey feeKey)
    {
        _shell = shell;
        Address = address;
        _feeKey = feeKey;
    }

    /// <summary>Its JSON-RPC endpoint.</summary>
    public Uri Address { get; }

    /// <summary>The account that pays for this network's entries.</summary>
    public IEvmSigner Signer => new EvmKeySigner(_feeKey);

    /// <summary>Starts the chain, or goes on with the one that the folder has.</summary>
    /// <exception cref="DevelopmentNetworkException"><c>devnet/chain</c>: there is no anvil, or it does not start.</exception>
    public static async Task<DevelopmentChain> StartAsync(DevelopmentFolder folder, KeyStore keys, TimeSpan blockTime, TimeProvider time)
    {
        string program = await FindAsync().ConfigureAwait(false);
        Directory.CreateDirectory(folder.Chain);
        // The shell ends anvil when this process is gone, however it went: its input is closed then. anvil writes its state when it is asked to end.
        string[] command =
        [
            "-c", "\"$@\" </dev/null & child=$!; exec >&- 2>&-; read -r _; kill -TERM $child; wait $child", "sh", program, "--host", "127.0.0.1", "--port", "0",
            "--block-time", blockTime.TotalSeconds.ToString(CultureInfo.InvariantCulture), "--slots-in-an-epoch", "1", "--accounts", "1", "--preserve-historical-states",
            "--state", Path.Combine(folder.Chain, "state.json"), "--state-interval", "10",
        ];
        Process shell = Process.Start(new ProcessStartInfo("/bin/sh", command) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })
            ?? throw new InvalidOperationException("No shell was started.");
        EvmKey? feeKey = null;
        try
        {
            Uri address = await ListeningAsync(shell, time).ConfigureAwait(false);
            feeKey = OpenFeeKey(keys);
            await FundAsync(address, feeKey.Address).ConfigureAwait(false);
            return new DevelopmentChain(shell, address, feeKey);
        }
        catch
        {
            feeKey?.Dispose();
            await EndAsync(shell).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Puts a new log on it.</summary>
    public Task<EvmChain> DeployAsync(TimeProvider time) => EvmDeployment.DeployAsync(Address, Signer, EvmFinality.Finalized, FeeMax, time, _ => { });

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await EndAsync(_shell).ConfigureAwait(false);
        _feeKey.Dispose();
    }

    private static async Task<Uri> ListeningAsync(Process shell, TimeProvider time)
    {
        var listening = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        shell.OutputDataReceived += (_, line) =>
        {
            if (line.Data is null) listening.TrySetException(NoChain("anvil has ended before it listened.", $"See whether it runs here: {Program} --version"));
            else if (line.Data.StartsWith(Announcement, StringComparison.Ordinal) && int.TryParse(line.Data.AsSpan(Announcement.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int port)) listening.TrySetResult(port);
        };
        // Read, so that it never waits for a reader.
        shell.ErrorDataReceived += (_, _) => { };
        shell.BeginOutputReadLine();
        shell.BeginErrorReadLine();
        try
        {
            return new UriBuilder("http", "127.0.0.1", await listening.Task.WaitAsync(Patience, time).ConfigureAwait(false)).Uri;
        }
        catch (TimeoutException)
        {
            throw NoChain($"anvil has not listened after {Patience.TotalSeconds:0} seconds.", "Try again on a less busy machine.");
        }
    }

    private static EvmKey OpenFeeKey(KeyStore keys)
    {
        if (!keys.TryGetSecret(FeeKeyName, out byte[] secret))
        {
            using EvmKey made = EvmKey.Generate();
            secret = made.Export();
            keys.PutSecret(FeeKeyName, secret);
        }
        bool read = EvmKey.TryImport(secret, out EvmKey? key);
        CryptographicOperations.ZeroMemory(secret);
        return read ? key! : throw new DevelopmentNetworkException("devnet/damaged", $"The key store in {keys.Folder} holds something unreadable.", "Take the network down with --remove and make a new one.");
    }

    // Only a development chain gives money away.
    private static async Task FundAsync(Uri address, EvmAddress account)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        var call = new { jsonrpc = "2.0", id = 1, method = "anvil_setBalance", @params = new object[] { account.ToString(), Balance } };
        using HttpResponseMessage answer = await http.PostAsJsonAsync(address, call).ConfigureAwait(false);
        answer.EnsureSuccessStatusCode();
    }

    private static async Task EndAsync(Process shell)
    {
        shell.StandardInput.Close();
        using var late = new CancellationTokenSource(Patience);
        try
        {
            await shell.WaitForExitAsync(late.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            shell.Kill(entireProcessTree: true);
        }
        shell.Dispose();
    }

    // Named by the environment, on the path, or installed by the sources that this program was built from.
    private static async Task<string> FindAsync()
    {
        if (OperatingSystem.IsWindows()) throw NoChain("A development chain needs a Unix shell.", "Use another kind of ledger.");
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named) return named;
        foreach (string folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
            if (File.Exists(Path.Combine(folder, Program))) return Path.Combine(folder, Program);
        for (DirectoryInfo? above = new(AppContext.BaseDirectory); above is not null; above = above.Parent)
        {
            string script = Path.Combine(above.FullName, Installer);
            if (!File.Exists(script)) continue;
            using Process install = Process.Start(new ProcessStartInfo("bash", [script]) { RedirectStandardOutput = true, RedirectStandardError = true }) ?? throw new InvalidOperationException("No shell was started.");
            Task<string> errors = install.StandardError.ReadToEndAsync();
            string path = (await install.StandardOutput.ReadToEndAsync().ConfigureAwait(false)).Trim();
            await install.WaitForExitAsync().ConfigureAwait(false);
            return install.ExitCode == 0 ? path : throw NoChain($"anvil cannot be installed: {(await errors.ConfigureAwait(false)).Trim()}", $"Set {Variable} to the program, or use another kind of ledger.");
        }
        throw NoChain("anvil is not installed.", $"Install it (it is part of Foundry), set {Variable} to the program, or use another kind of ledger.");
    }

    private static DevelopmentNetworkException NoChain(string what, string remedy) => new("devnet/chain", what, remedy);
}
