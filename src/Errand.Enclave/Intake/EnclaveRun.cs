using System.Security.Cryptography;
using Errand.Cryptography;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Enclave;

/// <summary>One life of an enclave, from hello to receipt: one task, one report, one result.</summary>
/// <remarks>
/// <code>
/// 1  hello            enclave -> host
/// 2  Start            host -> enclave    signed Submit entry, attempt, executor, seed
/// 3  ReportRequest    enclave -> host    report data over the task and fresh keys
/// 4  Report           host -> enclave    once; from here on no report can be asked for or given. A machine whose processor gives it a report
///                                        itself took it before 3, which has it with it, and there is no 4
/// 5  InputRequest…    both               app, arguments, data: sealed, each from its beginning to its end
/// 6  Release…         host -> enclave    one for each input, in any order
///    InputRequest…    both               data too large for memory, again, in passes, while the app runs
/// 7  Receipt, result  enclave -> host
/// </code>
/// In place of 2 the host may ask, with PlatformStart, for the report with which a node shows what processor it has. A machine that takes reports itself answers
/// with it and ends: no key is made, and no task comes after it. Any other enclave ends with a reason.
/// Each message is accepted in its state only. Whatever else comes ends the run with a reason, and the keys with it.
/// </remarks>
internal sealed class EnclaveRun : IDisposable
{
    private readonly EnclaveChannel _channel;
    private readonly EnclaveKeys _keys = new();
    private readonly WasmSandbox _sandbox = new();
    private readonly Action<AbortReason> _hostEnded;
    private readonly long _heldBytesMax;
    private readonly IReportSource? _reports;
    private readonly Func<AbortReason>[] _steps;
    private readonly List<SealedInput> _inputs = [];
    private HpkePublicKey[] _recipients = [];
    private HpkePublicKey?[] _noteKeys = [];
    private EnclaveMessage.Start _start = null!;
    private TaskContext _context = null!;
    private PublicKey _executor;
    private Bytes32 _seed;
    private Bytes32 _evidenceDigest;
    private SandboxOutcome _outcome = null!;
    private HostWatch _host = null!;

    /// <summary>Begins a life.</summary>
    /// <param name="channel">The channel to the host.</param>
    /// <param name="hostEnded">Told when the host breaks in or goes away while the app runs.</param>
    /// <param name="heldBytesMax">Bytes of inputs held in memory.</param>
    /// <param name="reports">Where the enclave's own report comes from; null has the host give one.</param>
    public EnclaveRun(EnclaveChannel channel, Action<AbortReason> hostEnded, long heldBytesMax = EnclaveLimits.InputBytesMax, IReportSource? reports = null)
    {
        _reports = reports;
        _channel = channel;
        _hostEnded = hostEnded;
        _heldBytesMax = heldBytesMax;
        _steps = [ReadTask, ExchangeReport, PullInputs, TakeReleases, RunApp, HandOut];
    }

    /// <summary>Goes through all steps until one fails.</summary>
    /// <exception cref="IOException">The host is gone.</exception>
    /// <exception cref="ReportFaultException">The machine's processor gave no report that can be used.</exception>
    public AbortReason Execute()
    {
        _channel.SayHello();
        // While the host gets its task ready, or, started ahead, waits for one.
        _sandbox.WarmUp();
        AbortReason received = _channel.Receive(static () => true, out EnclaveMessage? first);
        if (received != AbortReason.None) return received;
        if (first is EnclaveMessage.PlatformStart platform) return ReportPlatform(platform);
        if (first is not EnclaveMessage.Start start) return AbortReason.Order;
        _start = start;
        foreach (Func<AbortReason> step in _steps)
        {
            AbortReason reason = step();
            if (reason != AbortReason.None) return reason;
        }
        return AbortReason.None;
    }

    /// <summary>Wipes keys and plaintext.</summary>
    public void Dispose()
    {
        _keys.Dispose();
        _sandbox.Dispose();
        foreach (SealedInput input in _inputs) input.Dispose();
    }

    // R-6.1.4.23: over data that is made here. A report over bytes that a host chose would be evidence of an enclave with keys that the host has.
    private AbortReason ReportPlatform(EnclaveMessage.PlatformStart platform)
    {
        if (_reports is null) return AbortReason.Order;
        _channel.Send(new EnclaveMessage.PlatformReport(_reports.Take(OfferEntry.PlatformReportData(platform.Network, platform.Node, platform.EkId))));
        return AbortReason.None;
    }

    private AbortReason ReadTask()
    {
        EnclaveMessage.Start start = _start;
        // The task id covers the signed payload and its signer: the host can choose a task but not alter one.
        PreparedEntry entry = PreparedEntry.Prepare(start.Network, start.SubmitEntry.Span);
        if (entry.Refusal != RefusalReason.None || entry.Body is not SubmitEntry submit) return AbortReason.Submit;
        if (start.Attempt < 1) return AbortReason.Message;
        _context = new TaskContext(start.Network, TaskId.Of(start.Network, entry.Signer, entry.Payload.Span), start.Attempt, submit);
        _executor = start.Executor;
        _seed = start.Seed;

        TaskLimits limits = submit.Limits;
        if (!EnclaveLimits.Allow(limits)) return AbortReason.Limits;
        if (OutputGate.ReadRecipients(submit) is not { } recipients) return AbortReason.Recipient;
        _recipients = recipients;
        if (OutputGate.ReadNoteKeys(submit) is not { } noteKeys) return AbortReason.Recipient;
        _noteKeys = noteKeys;

        _inputs.Add(new SealedInput(submit.App, AssetRole.App, ""));
        if (submit.SecretArguments is { } arguments) _inputs.Add(new SealedInput(arguments, AssetRole.Arguments, ""));
        _inputs.AddRange(submit.Data.Select(data => new SealedInput(data.Asset, AssetRole.Data, data.Name)));
        return AbortReason.None;
    }

    private AbortReason ExchangeReport()
    {
        byte[] releaseKey = _keys.Release.PublicKey.Encode();
        byte[] reportData = EvidenceEntry.ReportData(
            _context.Network, _context.Task, _context.Attempt, _executor, _seed, releaseKey, _keys.Receipt.PublicKey);
        var request = new EnclaveMessage.ReportRequest(reportData, _context.Task, releaseKey, _keys.Receipt.PublicKey);
        if (_reports?.Take(reportData) is { } taken)
        {
            _evidenceDigest = EvidenceEntry.DigestOf(taken.Report.Span);
            _channel.Send(request with { Taken = taken });
            return AbortReason.None;
        }
        _channel.Send(request);
        AbortReason reason = _channel.Receive(out EnclaveMessage.Report? report);
        if (reason != AbortReason.None) return reason;
        _evidenceDigest = EvidenceEntry.DigestOf(report!.Bytes.Span);
        return AbortReason.None;
    }

    private AbortReason PullInputs()
    {
        long sizeLeft = _heldBytesMax;
        foreach (SealedInput input in _inputs)
        {
            AbortReason reason = input.Pull(_channel, ref sizeLeft);
            if (reason != AbortReason.None) return reason;
        }
        _channel.Send(new EnclaveMessage.InputsComplete());
        return AbortReason.None;
    }

    private AbortReason TakeReleases()
    {
        for (int left = _inputs.Count; left > 0; left--)
        {
            AbortReason reason = _channel.Receive(out EnclaveMessage.Release? release);
            if (reason != AbortReason.None) return reason;
            if (_inputs.Find(input => input.Asset == release!.Asset) is not { } input) return AbortReason.Message;
            byte[] bound = ReleaseEntry.Context(_context.Network, _context.Task, _context.Attempt, input.Asset, _evidenceDigest);
            reason = input.TakeRelease(release!.Frame.Span, bound, _keys.Release);
            if (reason != AbortReason.None) return reason;
            _channel.Send(new EnclaveMessage.ReleaseTaken(input.Asset));
        }
        _host = new HostWatch(_channel, _hostEnded);
        return AbortReason.None;
    }

    private AbortReason RunApp()
    {
        string[]? secretArguments = [];
        if (_inputs.Find(input => input.Role == AssetRole.Arguments) is { } sealedArguments
            && !SecretArguments.TryDecode(sealedArguments.Plaintext.Span, out secretArguments)) return AbortReason.Arguments;

        SubmitEntry submit = _context.Submit;
        SealedInput[] streamed = [.. _inputs.Where(input => input.Streamed is not null)];
        SealedInput[] held = [.. _inputs.Where(input => input.Role == AssetRole.Data && input.Streamed is null)];
        using InputTape? tape = streamed.Length > 0 ? new InputTape(_host, streamed, submit.Limits.Passes) : null;
        byte[] randomKey = AppRandom.DeriveKey(_context.Task, [.. _inputs.Select(input => input.Key!)]);
        try
        {
            var inputs = new SandboxInputs(
                [.. held.Where(input => input.Folder is null).Select(input => new SandboxFile(input.Name, input.Plaintext))],
                ["app", .. submit.Arguments, .. secretArguments],
                randomKey)
            {
                Folders = [.. held.Where(input => input.Folder is not null).Select(input => new SandboxFolder(input.Name, input.Folder!, input.Plaintext[(int)(input.Plaintext.Length - input.Folder!.ContentBytes)..]))],
                Tape = tape,
            };
            var limits = new SandboxLimits
            {
                Fuel = submit.Limits.Fuel,
                MemoryBytes = submit.Limits.MemoryBytes,
                OutputBytes = submit.Limits.OutputBytes,
                LogBytes = (int)submit.Limits.LogBytes,
            };
            if (_sandbox.Run(_inputs.Find(input => input.Role == AssetRole.App)!.Plaintext, inputs, limits) is not { } outcome) return AbortReason.WasmProfile;
            _outcome = outcome;
            return AbortReason.None;
        }
        catch (InputTapeException exception)
        {
            return exception.Reason;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(randomKey);
        }
    }

    private AbortReason HandOut()
    {
        _outcome = OutputGate.Judge(_context, _noteKeys, _outcome, out IReadOnlyList<ReadOnlyMemory<byte>> notes);
        ReadOnlyMemory<byte> result = OutputGate.Seal(_context, _recipients, notes, _outcome, out SealedFileInfo info);
        var receipt = new Receipt
        {
            Task = _context.Task,
            Attempt = _context.Attempt,
            EvidenceDigest = _evidenceDigest,
            Result = info.ContentId,
            ResultSizeBytes = info.CiphertextLength,
            Outcome = _outcome.Code,
        };
        CoseSign1 frame = CoseSigner.Sign(_keys.Receipt, Receipt.Context(_context.Network), receipt.Encode());
        _channel.Send(new EnclaveMessage.Receipt(frame.Encoded, result.Length));
        for (int offset = 0; offset < result.Length; offset += FrameFormat.ChunkSizeMax)
        {
            int size = Math.Min(FrameFormat.ChunkSizeMax, result.Length - offset);
            if (offset + size == result.Length && !_host.TryFinish()) return AbortReason.ChannelClosed;
            _channel.Send(new EnclaveMessage.ResultChunk(result.Slice(offset, size)));
        }
        return AbortReason.None;
    }
}
