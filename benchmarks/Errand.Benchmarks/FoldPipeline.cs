using Errand.Protocol;

namespace Errand.Benchmarks;

/// <summary>
/// Folds on one thread while a second prepares entries and verifies foreseen proofs ahead of it, eight at a time. Whoever needs a
/// piece of work that nobody has begun does it himself, so neither waits while there is something to do.
/// </summary>
internal sealed class FoldPipeline(FoldHistory history, NetworkState state)
{
    private const int PrepareAhead = 2_048;
    private const int ForeseeAhead = 192;
    private const int BatchSize = 8;
    private const int Distance = 1;
    private const int Open = 0, Taken = 1, Done = 2;

    private readonly PreparedEntry?[] _entries = new PreparedEntry?[history.Entries.Count];
    private readonly int[] _prepared = new int[history.Entries.Count];
    private readonly int[] _batchOf = new int[history.Entries.Count];
    private readonly ForeseenProof[][] _batches = new ForeseenProof[history.Entries.Count + 1][];
    private readonly int[] _verified = new int[history.Entries.Count + 1];
    private readonly List<ForeseenProof> _gathered = [];
    private int _batchCount;
    private int _needed;
    private int _applied;
    private int _foreseen;

    public void Run()
    {
        var helper = new Thread(Help);
        helper.Start();
        for (int i = 0; i < _entries.Length; i++)
        {
            for (int ahead = Math.Min(i + ForeseeAhead, _entries.Length); _foreseen < ahead; Volatile.Write(ref _foreseen, _foreseen + 1)) Foresee(_foreseen);
            if (_batchOf[i] >= 0)
            {
                if (_batchOf[i] == _batchCount) CloseBatch();
                Volatile.Write(ref _needed, _batchOf[i]);
                Need(_verified, _batchOf[i], Verify);
            }
            state.Apply(history.Entries[i].Milliseconds, _entries[i]!);
            Volatile.Write(ref _applied, i + 1);
        }
        helper.Join();
    }

    private void Foresee(int i)
    {
        Need(_prepared, i, Prepare);
        _batchOf[i] = -1;
        if (state.Foresee(_entries[i]!) is not { } proof) return;
        _batchOf[i] = _batchCount;
        _gathered.Add(proof);
        if (_gathered.Count == BatchSize) CloseBatch();
    }

    private void CloseBatch()
    {
        _batches[_batchCount] = [.. _gathered];
        _gathered.Clear();
        Volatile.Write(ref _batchCount, _batchCount + 1);
    }

    private void Help()
    {
        int verifying = 0;
        int preparing = 0;
        for (int applied; (applied = Volatile.Read(ref _applied)) < _entries.Length;)
        {
            // Proofs first: they are needed soonest; some way ahead, or both threads would want the same ones.
            verifying = Math.Max(verifying, Volatile.Read(ref _needed) + Distance);
            preparing = Math.Max(preparing, Volatile.Read(ref _foreseen));
            if (verifying < Volatile.Read(ref _batchCount)) TryTake(_verified, verifying++, Verify);
            else if (preparing < Math.Min(applied + PrepareAhead, _entries.Length)) TryTake(_prepared, preparing++, Prepare);
            else Thread.Yield();
        }
    }

    private void Prepare(int i) => _entries[i] = PreparedEntry.Prepare(state.Network, history.Entries[i].Bytes);

    private void Verify(int batch) => ForeseenProof.VerifyAll(_batches[batch]);

    private static void Need(int[] states, int i, Action<int> work)
    {
        TryTake(states, i, work);
        // Yields when the other thread has no processor of its own.
        for (var wait = new SpinWait(); Volatile.Read(ref states[i]) != Done;) wait.SpinOnce(sleep1Threshold: -1);
    }

    private static void TryTake(int[] states, int i, Action<int> work)
    {
        if (Interlocked.CompareExchange(ref states[i], Taken, Open) != Open) return;
        work(i);
        Volatile.Write(ref states[i], Done);
    }
}
