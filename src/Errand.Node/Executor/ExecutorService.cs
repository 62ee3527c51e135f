using System.Collections.Concurrent;
using Errand.Client;
using Errand.Cryptography;
using Errand.Enclave;
using Errand.Ledger;
using Errand.Primitives;
using Errand.Protocol;
using Microsoft.Extensions.Logging;

namespace Errand.Node;

/// <summary>An executor: proves its machine, claims tasks that fit, and gives each one it wins an enclave of its own.</summary>
public sealed class ExecutorService : NodeService, IReleaseReceiver
{
    private readonly ILedger _ledger;
    private readonly IEnclaveLauncher _launcher;
    private readonly SealedInputs _inputs;
    private readonly string _results;
    private readonly ConcurrentDictionary<(TaskId, int), EnclaveRun> _runs = [];

    /// <summary>Makes an executor; <see cref="LedgerService.Start"/> starts it.</summary>
    /// <param name="name">For logs.</param>
    /// <param name="context">The network.</param>
    /// <param name="self">Its keys.</param>
    /// <param name="profile">What it tells about itself.</param>
    /// <param name="machine">Its hardware.</param>
    /// <param name="launcher">Makes its enclaves; disposed with the service.</param>
    /// <param name="inputs">Where sealed files come from.</param>
    /// <param name="stateFolder">Where sealed results are kept.</param>
    public ExecutorService(string name, NodeContext context, Identity self, NodeProfile profile, Machine machine,
        IEnclaveLauncher launcher, SealedInputs inputs, string stateFolder)
        : base(name, context, self, profile, machine)
    {
        _ledger = context.Ledger;
        _launcher = launcher;
        _inputs = inputs;
        _results = Directory.CreateDirectory(Path.Combine(stateFolder, "results")).FullName;
        // What a killed process left half done belongs to enclaves that are gone.
        foreach (string unfinished in Directory.EnumerateFiles(_results, "*" + EnclaveRun.UnfinishedSuffix)) File.Delete(unfinished);
        inputs.DeleteLeftovers();
    }

    /// <inheritdoc/>
    public ReleaseTaking TakeRelease(TaskId task, int attempt, AssetId asset, ReadOnlyMemory<byte> message) =>
        _runs.TryGetValue((task, attempt), out EnclaveRun? run) ? run.TakeRelease(asset, message) : ReleaseTaking.NoSuchEnclave;

    /// <inheritdoc/>
    public Stream? OpenResult(TaskId task)
    {
        string file = ResultFile(task);
        return File.Exists(file) ? new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read) : null;
    }

    private protected override long NextLookMilliseconds(long after) => State.OpenTasks
        .Where(task => task.Phase == TaskPhase.Claiming)
        .Select(task => _claims.GetValueOrDefault(task.Id)?.DueMilliseconds ?? long.MaxValue)
        .Where(due => due > after)
        .DefaultIfEmpty(long.MaxValue)
        .Min();

    private protected override void FindDuties()
    {
        base.FindDuties();
        if (!State.Nodes.TryGetValue(Self.PublicKey, out NodeState? self) || !self.IsActive) return;
        foreach (TaskState task in State.OpenTasks)
        {
            if (task.Phase == TaskPhase.Claiming) ClaimTask(self, task);
            else if (task.Attempt is { } attempt && attempt.Executor == self.Id) Serve(task, attempt);
        }
        foreach (TaskId ended in _claims.Keys.Where(id => IsOver(id)).ToArray()) _claims.Remove(ended);
        EndRuns();
    }

    private protected override async ValueTask OnStoppedAsync() => await _launcher.DisposeAsync().ConfigureAwait(false);

    private readonly Dictionary<TaskId, Claim?> _claims = [];

    // As with beacon tickets: the lower, the sooner, and not at all once enough lower ones are in.
    private void ClaimTask(NodeState self, TaskState task)
    {
        // A window without claims is followed by another: the draw stays the same, the time to claim is that window's.
        if (!_claims.TryGetValue(task.Id, out Claim? claim) || (claim is not null && claim.WindowEndMilliseconds != task.PhaseDueMilliseconds))
            _claims[task.Id] = claim = DrawClaim(self, task);
        if (claim is null || NowMilliseconds < claim.DueMilliseconds || task.Tickets.Any(ticket => ticket.Executor == self.Id)) return;
        if (task.Tickets.Count(ticket => ticket.Beta.Span.SequenceCompareTo(claim.Beta) < 0) >= task.Terms.Committee.Attempts) return;
        claim.DueMilliseconds = long.MaxValue;
        var entry = new ClaimEntry { Task = task.Id, Proof = claim.Proof };
        var duty = new DutyId("claim", task.Id.Value, 0, claim.WindowEndMilliseconds);
        StartDuty(duty, cancellation => PublishAsync(duty, entry, cancellation));
    }

    private long HeldBytes(SubmitEntry submit)
    {
        AssetId[] data = [.. submit.Data.Select(data => data.Asset)];
        return EnclaveLimits.HeldBytes(submit.AllAssets.Except(data).Sum(SizeOf), data.Select(SizeOf));
    }

    private long SizeOf(AssetId id) => State.Assets[id].Entry.SizeBytes;

    private Claim? DrawClaim(NodeState self, TaskState task)
    {
        if (self.KeyAt(task.SnapshotEpoch) != Self.VrfKey.PublicKey || State.Clock.Epoch < self.PausedUntilEpoch || !State.IsEligible(task, self)) return null;
        // Nobody registers what its enclaves give, as nobody could check it: who cannot serve a task leaves it to others (section 6.4).
        if (!_launcher.Fits(task.Submit.Limits, HeldBytes(task.Submit))) return null;
        if (!_inputs.HasData(task, State)) return null;
        var proof = new byte[Vrf.ProofSize];
        var beta = new byte[Vrf.OutputSize];
        Self.VrfKey.Prove(State.ClaimInput(task), proof);
        if (!Vrf.TryProofToHash(proof, beta)) throw new InvalidOperationException("An own VRF proof gives no output.");
        long opened = task.PhaseDueMilliseconds - task.Terms.Times.ClaimMilliseconds;
        return new Claim(proof, beta, task.PhaseDueMilliseconds, opened + task.Terms.Times.ClaimMilliseconds * beta[0] / 512);
    }

    private void Serve(TaskState task, AttemptState attempt)
    {
        if (task.Phase is TaskPhase.Serving or TaskPhase.Ended) return;
        if (_runs.TryGetValue((task.Id, attempt.Number), out EnclaveRun? run) && !run.IsLost)
            foreach ((AssetId asset, Bytes32 digest) in attempt.Releases) run.ExpectRelease(asset, digest);
        else if (run is null && task.Phase == TaskPhase.Attesting) StartRun(task, attempt);
        else Abandon(task, attempt);
    }

    private void StartRun(TaskState task, AttemptState attempt)
    {
        var order = new EnclaveOrder(State.Network, task.Id, task.Submit, task.Position, attempt.Number, Self.PublicKey, task.Seed!.Value,
            SealedInputs.Resolve(task, State), [.. NetworkState.ReleaseOrder(task).SelectMany(group => group)]);
        var duty = new DutyId("run", task.Id.Value, attempt.Number);
        var run = new EnclaveRun(order, _launcher, Machine, RequiredPcrs, Log);
        if (!_runs.TryAdd((task.Id, attempt.Number), run)) return;
        StartDuty(duty, cancellation => RunAsync(duty, run, order, cancellation));
    }

    private async Task RunAsync(DutyId duty, EnclaveRun run, EnclaveOrder order, CancellationToken cancellation)
    {
        try
        {
            IReadOnlyList<LedgerEntry> submit = await _ledger.ReadAsync(order.SubmitPosition, 1, cancellation).ConfigureAwait(false);
            await run.AttestAsync(submit[0].Bytes, evidence => PublishPatientlyAsync(duty, evidence, cancellation), cancellation).ConfigureAwait(false);
            await run.LoadAsync(_inputs, cancellation).ConfigureAwait(false);
            ReceiptEntry receipt = await run.FinishAsync(ResultFile(order.Task), cancellation).ConfigureAwait(false);
            await PublishPatientlyAsync(duty, receipt, cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (run.IsOver && !cancellation.IsCancellationRequested)
        {
            Log.LogInformation("{Service}: enclave of {Task}/{Attempt} ended with its attempt", Name, order.Task.Value.ToShortString(), order.Attempt);
        }
#pragma warning disable CA1031 // Whatever went wrong, this enclave is gone, and the backup should not wait for the deadline.
        catch (Exception fault) when (fault is not OperationCanceledException || !cancellation.IsCancellationRequested)
#pragma warning restore CA1031
        {
            Log.LogWarning(fault is EnclaveAbortedException ? null : fault, "{Service}: enclave of {Task}/{Attempt} ended: {Why}", Name, order.Task.Value.ToShortString(), order.Attempt, fault.Message);
            run.MarkLost();
            Wake();
        }
        finally
        {
            await run.DisposeAsync().ConfigureAwait(false);
        }
    }

    // The enclave is gone: it aborted, or did not survive a restart. Saying so lets the backup's attempt begin at once.
    private void Abandon(TaskState task, AttemptState attempt)
    {
        var entry = new AbandonEntry { Task = task.Id, Attempt = attempt.Number };
        var duty = new DutyId("abandon", task.Id.Value, attempt.Number);
        StartDuty(duty, cancellation => PublishAsync(duty, entry, cancellation));
    }

    // An enclave whose attempt is over is destroyed, whatever it was doing.
    private void EndRuns()
    {
        foreach (((TaskId Task, int Attempt) key, EnclaveRun run) in _runs)
        {
            bool over = IsOver(key.Task);
            if (!over && State.Tasks[key.Task] is { Phase: not TaskPhase.Serving } task && task.Attempts.Count == key.Attempt) continue;
            run.Cancel();
            if (over) _runs.TryRemove(key, out _);
        }
    }

    // An ended task leaves the state after a while.
    private bool IsOver(TaskId id) => !State.IsOpen(id);

    private string ResultFile(TaskId task) => Path.Combine(_results, $"{task}.sealed");

    private sealed class Claim(byte[] proof, byte[] beta, long windowEndMilliseconds, long dueMilliseconds)
    {
        public byte[] Proof { get; } = proof;

        public byte[] Beta { get; } = beta;

        /// <summary>The end of the window that the claim is timed for.</summary>
        public long WindowEndMilliseconds { get; } = windowEndMilliseconds;

        /// <summary>When to claim; never again once the claim is on its way.</summary>
        public long DueMilliseconds { get; set; } = dueMilliseconds;
    }
}
