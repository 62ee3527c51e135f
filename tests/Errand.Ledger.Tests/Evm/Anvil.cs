using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Errand.Ledger.Tests;

/// <summary>An EVM chain of its own: a process on the loopback interface, ended with the test.</summary>
internal sealed class Anvil : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private const string Announcement = "Listening on 127.0.0.1:";

    private readonly Process _process;

    private Anvil(Process process, Uri address)
    {
        _process = process;
        Address = address;
    }

    internal Uri Address { get; }

    /// <summary>Starts one; the test is skipped, aloud, where there is none.</summary>
    /// <param name="options">anvil's own; without any it makes a block at once for each transaction.</param>
    internal static async Task<Anvil> StartAsync(params string[] options)
    {
        string program = await EvmTools.AnvilAsync();
        var start = new ProcessStartInfo(program, ["--port", "0", "--host", "127.0.0.1", "--preserve-historical-states", "--no-request-size-limit", .. options]) { RedirectStandardOutput = true, RedirectStandardError = true };
        Process process = Process.Start(start)!;
        var listening = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        process.ErrorDataReceived += (_, _) => { };
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is null) listening.TrySetException(new InvalidOperationException("anvil ended before it listened."));
            else if (line.Data.StartsWith(Announcement, StringComparison.Ordinal)) listening.TrySetResult(int.Parse(line.Data.AsSpan(Announcement.Length), CultureInfo.InvariantCulture));
        };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            int port = await listening.Task.WaitAsync(Patience);
            return new Anvil(process, new UriBuilder("http", "127.0.0.1", port).Uri);
        }
        catch
        {
            process.Kill();
            process.Dispose();
            throw;
        }
    }

    /// <summary>Calls a method of the node that only tests use.</summary>
    internal async Task<JsonElement> CallAsync(string method, params object?[] parameters)
    {
        using var rpc = new JsonRpc(Address, Patience, TimeProvider.System);
        return await rpc.CallAsync(method, parameters, TestContext.Current.CancellationToken);
    }

    /// <summary>A new account with money.</summary>
    internal async Task<EvmKey> AccountAsync()
    {
        EvmKey key = EvmKey.Generate();
        await CallAsync("anvil_setBalance", key.Address.ToString(), "0x3635c9adc5dea00000");
        return key;
    }

    /// <summary>Makes so many blocks at once.</summary>
    internal Task MineAsync(int blocks) => CallAsync("anvil_mine", RpcHex.Of((ulong)blocks));

    /// <summary>Puts the log's contract there.</summary>
    internal async Task<EvmChain> DeployAsync(EvmFinality finality)
    {
        using EvmKey key = await AccountAsync();
        // Its block is final at once, whatever the rule will be.
        EvmChain chain = await EvmDeployment.DeployAsync(Address, new EvmKeySigner(key), new EvmFinality(0), ulong.MaxValue / 4, TimeProvider.System, _ => { }, TestContext.Current.CancellationToken);
        return chain with { Finality = finality };
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit(Patience);
        _process.Dispose();
    }
}
