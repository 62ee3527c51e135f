using System.Security.Cryptography;
using Errand.Client;
using Errand.Primitives;

namespace Errand.Node;

/// <summary>Who may append, how much, and whether a request was here before. Thread-safe, and bounded in all it remembers.</summary>
/// <remarks>
/// A number lives in the caller's memory from its first request on. When it is forgotten, it and all below it are refused: so the same
/// request never counts twice. Numbers run with the clock, and none may lie far ahead of it: nobody can push a floor out of others' reach.
/// </remarks>
internal sealed class CallerGate
{
    private const int CallersMax = 16_384, WaitingMax = 4_096, RememberedMax = 1 << 18;
    private static readonly TimeSpan AheadMax = TimeSpan.FromMinutes(10), LookPace = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<PublicKey, Caller> _callers = [];
    private readonly NetworkId _network;
    private readonly LedgerAdmission _admission;
    private readonly TimeProvider _time;
    private ulong _forgotten, _floor;
    private long _looked;
    private int _waiting, _remembered;

    internal CallerGate(NetworkId network, LedgerAdmission admission, TimeProvider time)
    {
        _network = network;
        _admission = admission;
        _time = time;
    }

    /// <summary>This run.</summary>
    internal RequestInstance Instance { get; } = RequestInstance.Draw();

    /// <summary>Above this number no request has been forgotten, whoever the caller.</summary>
    internal ulong Floor
    {
        get
        {
            lock (_lock) return _floor;
        }
    }

    /// <summary>Lets a request pass, or says why not. Who passes must call <see cref="Leave"/>.</summary>
    /// <param name="signature">Who asks.</param>
    /// <param name="target">Path and query.</param>
    /// <param name="body">The entry.</param>
    /// <param name="outcome">What the caller will complete; or, for a known request, what has become of it.</param>
    internal GateAnswer Enter(RequestSignature signature, string target, ReadOnlySpan<byte> body, ref Task<LedgerPromiseOutcome> outcome)
    {
        // Cheap checks first: a signature costs more than all the others.
        if (signature.Instance != Instance) return GateAnswer.OtherInstance;
        if (_admission.QuotaOf(signature.Caller) is not { } quota) return GateAnswer.NotAdmitted;
        if (signature.Number > (ulong)(_time.GetUtcNow() + AheadMax).ToUnixTimeMilliseconds() * 1000) return GateAnswer.Number;
        if (!signature.Verify(_network, "POST", target, body)) return GateAnswer.Signature;
        var digest = new Bytes32(SHA256.HashData(body));
        lock (_lock) return EnterNeedsLock(signature, quota, digest, body.Length, ref outcome);
    }

    internal void Leave() => Interlocked.Decrement(ref _waiting);

    private GateAnswer EnterNeedsLock(RequestSignature signature, LedgerQuota quota, Bytes32 digest, int size, ref Task<LedgerPromiseOutcome> outcome)
    {
        if (!_callers.TryGetValue(signature.Caller, out Caller? caller))
        {
            if (_callers.Count >= CallersMax && !TryForgetIdle()) return GateAnswer.Busy;
            caller = new Caller(quota, _time);
            caller.StartAbove(_forgotten);
            _callers.Add(signature.Caller, caller);
        }
        //
        if (caller.Find(signature.Number, digest, out bool isOther) is { } known)
        {
            if (isOther) return GateAnswer.Number;
            outcome = known;
            return GateAnswer.Known;
        }
        if (signature.Number <= caller.Floor) return GateAnswer.Number;
        if (Volatile.Read(ref _waiting) >= WaitingMax || (_remembered >= RememberedMax && !TryForgetIdle())) return GateAnswer.Busy;
        if (!caller.TrySpend(size)) return GateAnswer.Quota;
        int before = caller.Remembered;
        if (!caller.TryRemember(signature.Number, digest, outcome)) return GateAnswer.Busy;
        _remembered += caller.Remembered - before;
        _floor = Math.Max(_floor, caller.Floor);
        Interlocked.Increment(ref _waiting);
        return GateAnswer.Pass;
    }

    // Looks through all of them: once a second is enough, whoever asks.
    private bool TryForgetIdle(Caller? except = null)
    {
        if (_looked != 0 && _time.GetElapsedTime(_looked) < LookPace) return false;
        _looked = _time.GetTimestamp();
        PublicKey[] idle = [.. _callers.Where(known => known.Value != except && known.Value.IsIdle).Select(known => known.Key)];
        foreach (PublicKey key in idle)
        {
            _forgotten = Math.Max(_forgotten, Math.Max(_callers[key].Highest, _callers[key].Floor));
            _remembered -= _callers[key].Remembered;
            _callers.Remove(key);
        }
        _floor = Math.Max(_floor, _forgotten);
        return idle.Length > 0;
    }
}
