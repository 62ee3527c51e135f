using Errand.Attestation;
using Errand.Enclave;
using Errand.Platform;
using Errand.Primitives;
using Errand.Protocol;
using Microsoft.Extensions.Logging;

namespace Errand.Node;

/// <summary>One enclave life: made, attested, loaded, given keys, run, destroyed. Never used for a second task.</summary>
internal sealed class EnclaveRun : IAsyncDisposable
{
    /// <summary>Ends the name of a sealed result that is not whole yet.</summary>
    public const string UnfinishedSuffix = ".part";

    private readonly EnclaveOrder _order;
    private readonly IEnclaveLauncher _launcher;
    private readonly Machine _machine;
    private readonly PcrSet _pcrs;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _over = new();
    private readonly ReleaseInbox _releases;
    private readonly List<EnclaveInput> _opened = [];
    private IEnclaveSession? _session;
    private volatile bool _lost;

    public EnclaveRun(EnclaveOrder order, IEnclaveLauncher launcher, Machine machine, PcrSet pcrs, ILogger log)
    {
        _order = order;
        _launcher = launcher;
        _machine = machine;
        _pcrs = pcrs;
        _log = log;
        _releases = new ReleaseInbox(order.ReleaseOrder);
    }

    /// <summary>True when the enclave is gone before its attempt is over.</summary>
    public bool IsLost => _lost;

    /// <summary>True when the attempt is over.</summary>
    public bool IsOver => _over.IsCancellationRequested;

    /// <summary>Takes a release message; the one that the ledger names gets through.</summary>
    public ReleaseTaking TakeRelease(AssetId asset, ReadOnlyMemory<byte> message) =>
        _over.IsCancellationRequested ? ReleaseTaking.NoSuchEnclave : _releases.Offer(asset, message);

    /// <summary>Takes the digest of a release that the ledger shows.</summary>
    public void ExpectRelease(AssetId asset, Bytes32 digest) => _releases.Expect(asset, digest);

    /// <summary>The enclave is gone and brings nothing any more.</summary>
    public void MarkLost() => _lost = true;

    /// <summary>The attempt is over: whatever waits stops waiting.</summary>
    public void Cancel() => _over.Cancel();

    /// <summary>Makes the enclave, has its keys signed by the TEE, unless it brings a report over them itself, and the machine quoted over that, and publishes both.</summary>
    public async Task AttestAsync(ReadOnlyMemory<byte> submit, Func<EvidenceEntry, Task> publish, CancellationToken cancellation)
    {
        using var linked = Link(cancellation);
        _session = Value(await _launcher.LaunchAsync(linked.Token).ConfigureAwait(false));
        var start = new EnclaveMessage.Start(_order.Network, submit, _order.Attempt, _order.Executor, _order.Seed);
        EnclaveMessage.ReportRequest request = Value(await _session.StartAsync(start, linked.Token).ConfigureAwait(false));
        TeeEvidence evidence;
        if (request.Taken is { } taken)
        {
            evidence = TakenEvidence.Read(taken, _machine);
        }
        else
        {
            ITeeReporter tee = _machine.Tee ?? throw new InvalidOperationException("The enclave asks for a report, and this machine has no TEE to make one.");
            evidence = await tee.ReportAsync(request.ReportData, linked.Token).ConfigureAwait(false);
            Check(await _session.ProvideReportAsync(evidence.Report, linked.Token).ConfigureAwait(false));
        }
        TpmQuote quote = await _machine.Tpm.QuoteAsync(EvidenceEntry.QuoteNonce(evidence.Report.Span).ToArray(), _pcrs, linked.Token).ConfigureAwait(false);
        await publish(new EvidenceEntry
        {
            Task = _order.Task,
            Attempt = _order.Attempt,
            Report = evidence.Report,
            Endorsements = Endorsements.Encode(evidence),
            HpkeKey = request.HpkeKey,
            ReceiptKey = request.ReceiptKey,
            Quote = new FreshQuote(quote.Attest.ToArray(), quote.Signature.ToArray()).Encode(),
        }).ConfigureAwait(false);
    }

    /// <summary>Hands the sealed inputs to the enclave, while the committee judges.</summary>
    public async Task LoadAsync(SealedInputs inputs, CancellationToken cancellation)
    {
        using var linked = Link(cancellation);
        foreach (SealedInput input in _order.Inputs)
            _opened.Add(new EnclaveInput(input.Asset, input.Owner, input.Content, input.SizeBytes, await inputs.OpenAsync(input, linked.Token).ConfigureAwait(false)));
        Check(await _session!.ProvideInputsAsync(_opened, linked.Token).ConfigureAwait(false));
        // Only data is ever read again; what was fetched goes at once.
        foreach ((SealedInput input, EnclaveInput opened) in _order.Inputs.Zip(_opened))
            if (input.Kind != AssetKind.Data) await opened.Ciphertext.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Hands on the owners' releases in order, waits for the run, keeps the sealed result and gives the receipt entry.</summary>
    public async Task<ReceiptEntry> FinishAsync(string resultFile, CancellationToken cancellation)
    {
        using var linked = Link(cancellation);
        foreach (AssetId asset in _order.ReleaseOrder)
        {
            ReadOnlyMemory<byte> message = await _releases.ReceiveAsync(asset, linked.Token).ConfigureAwait(false);
            Check(await _session!.SendReleaseAsync(asset, message, linked.Token).ConfigureAwait(false));
        }
        _log.LogInformation("enclave of {Task}/{Attempt}: all keys are in, the app runs", _order.Task.Value.ToShortString(), _order.Attempt);

        string unfinished = resultFile + UnfinishedSuffix;
        EnclaveMessage.Receipt receipt;
        var result = new FileStream(unfinished, FileMode.Create, FileAccess.Write, FileShare.None);
        await using (result.ConfigureAwait(false))
        {
            receipt = Value(await _session!.ReceiveResultAsync(result, linked.Token).ConfigureAwait(false));
            result.Flush(flushToDisk: true);
        }
        File.Move(unfinished, resultFile, overwrite: true);
        bool inline = receipt.ResultSizeBytes <= ProtocolLimits.InlineResultSizeMax;
        return new ReceiptEntry
        {
            Task = _order.Task,
            Attempt = _order.Attempt,
            Receipt = receipt.Frame,
            InlineResult = inline ? await File.ReadAllBytesAsync(resultFile, linked.Token).ConfigureAwait(false) : default,
        };
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync().ConfigureAwait(false);
        if (_session is not null) await _session.DisposeAsync().ConfigureAwait(false);
        foreach (EnclaveInput input in _opened) await input.Ciphertext.DisposeAsync().ConfigureAwait(false);
    }

    private CancellationTokenSource Link(CancellationToken cancellation) => CancellationTokenSource.CreateLinkedTokenSource(_over.Token, cancellation);

    private static T Value<T>(EnclaveAnswer<T> answer)
        where T : class => answer.Value ?? throw new EnclaveAbortedException(answer.Reason);

    private static void Check(AbortReason reason)
    {
        if (reason != AbortReason.None) throw new EnclaveAbortedException(reason);
    }
}
