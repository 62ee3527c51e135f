using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Errand.Client;
using Errand.Ledger;
using Errand.Platform;
using Errand.Primitives;
using Errand.Protocol;
using Errand.Tpm;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Errand.Node;

/// <summary>An enrolled node at work: its keys unsealed, its endpoint open, following the network over HTTP. It registers, proves its machine and renews by itself.</summary>
public sealed class EnrolledNode : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _running = [];
    private readonly List<IDisposable> _held = [];
    private NodeService _service = null!;

    private EnrolledNode(Genesis genesis, NodeFile file)
    {
        Genesis = genesis;
        File = file;
    }

    /// <summary>What it is.</summary>
    public NodeFile File { get; }

    /// <summary>Its network.</summary>
    public Genesis Genesis { get; }

    /// <summary>Its key.</summary>
    public PublicKey Id => _service.Id;

    /// <summary>Faulted when the node had to stop, as when the network was not reached for a minute.</summary>
    public Task Completion => _service.Completion;

    /// <summary>Opens the TPM, unseals the keys and starts.</summary>
    /// <param name="folder">Where it was enrolled.</param>
    /// <param name="passphrase">Of the development network that made an executor's processor; null for a verifier.</param>
    /// <param name="endpoints">Of the network's chain, if its genesis names one; null to believe the host at the network's address.</param>
    /// <param name="loggers">Where it logs.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Ends the start.</param>
    /// <exception cref="EnrolmentException">It cannot run as it is; says what to do.</exception>
    /// <exception cref="TpmException">The TPM does not answer, or does not open the keys after this boot: <see cref="TpmError.SealedToOtherState"/>.</exception>
    public static async Task<EnrolledNode> StartAsync(NodeFolder folder, Passphrase? passphrase, IReadOnlyList<Uri>? endpoints, ILoggerFactory loggers, TimeProvider time, CancellationToken cancellation)
    {
        NodeFile file = NodeFile.Read(folder);
        var node = new EnrolledNode(ReadGenesis(folder), file);
        try
        {
            await node.OpenAsync(folder, passphrase, endpoints, loggers, time, cancellation).ConfigureAwait(false);
            return node;
        }
        catch
        {
            await node.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Waits until it is qualified. <see cref="Completion"/> tells if it ends before.</summary>
    public Task UntilQualifiedAsync(CancellationToken cancellation) => _service.Qualified.WaitAsync(cancellation);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        for (int i = _running.Count - 1; i >= 0; i--) await _running[i].DisposeAsync().ConfigureAwait(false);
        _running.Clear();
        for (int i = _held.Count - 1; i >= 0; i--) _held[i].Dispose();
        _held.Clear();
    }

    /// <summary>A port of the loopback interface that is free: the wanted one, or any for 0.</summary>
    /// <exception cref="EnrolmentException"><c>node/port</c>: it is taken.</exception>
    internal static int FreePort(int wanted)
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            probe.Bind(new IPEndPoint(IPAddress.Loopback, wanted));
            return ((IPEndPoint)probe.LocalEndPoint!).Port;
        }
        catch (SocketException taken)
        {
            throw new EnrolmentException("node/port", $"Port {wanted} on 127.0.0.1 is taken.", "End what holds it (this node may be running already), or change port and endpoint in node.json.", taken);
        }
    }

    private static Genesis ReadGenesis(NodeFolder folder)
    {
        GenesisError error = Genesis.TryDecode(System.IO.File.ReadAllBytes(folder.Genesis), out Genesis? genesis);
        return genesis ?? throw new EnrolmentException("node/damaged", $"The genesis in {folder.Genesis} is refused ({error}).", "Restore it from a copy.");
    }

    private async Task OpenAsync(NodeFolder folder, Passphrase? passphrase, IReadOnlyList<Uri>? endpoints, ILoggerFactory loggers, TimeProvider time, CancellationToken cancellation)
    {
        ILogger log = loggers.CreateLogger<EnrolledNode>();
        if (File.Vouch is not { } vouch)
            throw new EnrolmentException("node/no-vouch", "The operator has not vouched for this node.", $"The operator runs: errand operator vouch {File.Node} --role {File.Role}. Then: errand node run --state {folder.Root} --vouch WHAT-IT-PRINTED.");
        File.WithVouch(Genesis.NetworkId(), vouch);
        FreePort(File.Port);

        LiveTpm tpm = Run(await NodeTpm.OpenAsync(File.Tpm, folder.AttestationKey, time, cancellation).ConfigureAwait(false)).Live;
        if (tpm.IsNewAttestationKey) log.LogWarning("The attestation key was not there or not of this TPM and was made anew: the machine will be offered again");
        Identity identity = Hold(await UnsealAsync(folder, tpm, cancellation).ConfigureAwait(false));

        var nodes = Run(new NodeDirectory());
        await StartHttpAsync(nodes, loggers, cancellation).ConfigureAwait(false);
        ChainAccess? chain = endpoints is null ? null : new ChainAccess(endpoints, folder.Chain, warning => log.LogWarning("{Warning}", warning));
        ILedger ledger = Hold(await LedgerConnection.OpenAsync(new Uri(File.Network), Genesis, folder.SeenCheckpoint, folder.KeepEvidence, chain, time, cancellation).ConfigureAwait(false)).Ledger;
        // Endpoints are what nodes say they are: none of them leads further, and no answer is followed elsewhere.
        var http = Hold(new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false }) { Timeout = TimeSpan.FromSeconds(10) });
        var context = new NodeContext(Genesis, ledger, time, loggers);
        var profile = new NodeProfile(File.Roles, File.OperatorKey, Convert.FromHexString(vouch), $"{File.Endpoint.TrimEnd('/')}/nodes/{identity.PublicKey}", File.Site, File.Jurisdiction,
            File.Roles != NodeRoles.Executor ? TeeKind.None : File.Machines is { Tee: NodeMachines.Tdx } ? TeeKind.Tdx : TeeKind.SevSnp);
        _service = Run<NodeService>(File.Roles == NodeRoles.Executor
            ? EnrolledExecutor.Create(File, folder, passphrase, context, identity, profile, tpm, http, held => Hold(held))
            : new VerifierService(File.Role, context, identity, profile, new Machine(tpm, null), new ChallengeClient(http), folder.Verdicts) { Snapshots = new SnapshotFolder(folder.State) });
        nodes.Add(_service);
        if (Genesis.Witnesses.Witnesses.Contains(identity.PublicKey)) nodes.AddWitness(WitnessFile.Open(Genesis, identity.Key, folder.Witness, time));
        _service.Start();
    }

    private async Task<Identity> UnsealAsync(NodeFolder folder, LiveTpm tpm, CancellationToken cancellation)
    {
        byte[] seeds = await SealedNodeKeys.TryUnsealAsync(tpm, folder.SealedKeys, cancellation).ConfigureAwait(false)
            ?? throw new EnrolmentException("node/no-keys", $"{folder.SealedKeys} is gone.", "Seal the keys anew from the recovery key store: errand node restore.");
        try
        {
            Identity identity = Identity.FromSeeds(seeds);
            if (identity.PublicKey == File.NodeKey) return identity;
            identity.Dispose();
            throw new EnrolmentException("node/other-keys", "The sealed keys are another node's.", "Put the folder's files back together from one copy, or: errand node restore.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seeds);
        }
    }

    private async Task StartHttpAsync(NodeDirectory nodes, ILoggerFactory loggers, CancellationToken cancellation)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(loggers);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, File.Port));
        WebApplication app = builder.Build();
        NodeEndpoints.Map(app, nodes);
        StateEndpoints.Map(app, nodes);
        Run(app);
        await app.StartAsync(cancellation).ConfigureAwait(false);
    }

    private T Run<T>(T running)
        where T : IAsyncDisposable
    {
        _running.Add(running);
        return running;
    }

    private T Hold<T>(T held)
        where T : IDisposable
    {
        _held.Add(held);
        return held;
    }
}
