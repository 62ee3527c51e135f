using System.Runtime.ExceptionServices;

namespace Errand.Cryptography;

/// <summary>
/// Runs a job over all groups of a file with several workers: each reads the next group in turn, works on it, and waits for its
/// turn to write. So input and output are plain streams read and written in order, and one worker's input and output overlap
/// with the others' encryption and hashing.
/// </summary>
/// <remarks>
/// Each worker holds one group, so memory does not grow with the file. A group is always held by a running worker, so the
/// pipeline makes progress however few threads <see cref="Parallel"/> gives it.
/// </remarks>
internal sealed class ChunkPipeline
{
    /// <summary>What all workers' buffers may take together; fewer workers run where chunks are large.</summary>
    internal const int BufferBytesMax = 32 * 1024 * 1024;

    private readonly object _fillGate = new();
    private readonly object _drainGate = new();
    private readonly SealedFileHeader _header;
    private readonly IChunkJob _job;
    private readonly FileKey? _key;
    private readonly IProgress<long>? _progress;
    private readonly CancellationToken _cancellation;
    private long _next;
    private long _turn;
    private volatile bool _stopped;
    private ExceptionDispatchInfo? _fault;

    private ChunkPipeline(SealedFileHeader header, IChunkJob job, FileKey? key, IProgress<long>? progress, CancellationToken cancellation)
    {
        _header = header;
        _job = job;
        _key = key;
        _progress = progress;
        _cancellation = cancellation;
    }

    /// <summary>Runs the job to its end. Faults of the streams and cancellation come out as the exceptions they are.</summary>
    internal static void Run(SealedFileHeader header, IChunkJob job, FileKey? key, int workers, IProgress<long>? progress, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        var pipeline = new ChunkPipeline(header, job, key, progress, cancellation);
        int count = (int)Math.Min(Math.Min(workers, BufferBytesMax / ChunkGroup.SizeOf(header)), ChunkGroup.CountOf(header));
        if (count == 1) pipeline.RunWorker();
        else Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = count }, _ => pipeline.RunWorker());
        pipeline._fault?.Throw();
    }

    private void RunWorker()
    {
        try
        {
            using var group = new ChunkGroup(_header);
            using ChunkCipher? cipher = _key?.CreateCipher();
            while (TryFill(group))
            {
                _job.Work(group, cipher);
                if (!TryDrain(group)) return;
            }
        }
        catch (Exception fault)
        {
            Stop(ExceptionDispatchInfo.Capture(fault));
        }
    }

    private bool TryFill(ChunkGroup group)
    {
        lock (_fillGate)
        {
            if (_stopped || _next >= ChunkGroup.CountOf(_header)) return false;
            _cancellation.ThrowIfCancellationRequested();
            long number = _next;
            // Until this group is filled there is no next one: should reading throw, the input stands somewhere in this group, and
            // another worker going on from there would seal other bytes under this group's nonces.
            _next = long.MaxValue;
            group.Assign(number);
            _job.Fill(group);
            if (!group.IsShort) _next = number + 1;
            return true;
        }
    }

    private bool TryDrain(ChunkGroup group)
    {
        lock (_drainGate)
        {
            while (!_stopped && _turn != group.Number) Monitor.Wait(_drainGate);
            if (_stopped) return false;
            _stopped = !_job.Drain(group);
            _turn++;
            Monitor.PulseAll(_drainGate);
            if (!_stopped) _progress?.Report(Math.Min(_header.PlaintextLength, (group.First + group.Count) * _header.ChunkSize));
            return !_stopped;
        }
    }

    private void Stop(ExceptionDispatchInfo fault)
    {
        lock (_drainGate)
        {
            _fault ??= fault;
            _stopped = true;
            Monitor.PulseAll(_drainGate);
        }
    }
}
