using Errand.Cryptography;

namespace Errand.Enclave;

/// <summary>The inputs too large for memory, pulled from the host again and opened chunk by chunk while the app runs.</summary>
/// <remarks>
/// What the host is asked for, and in which order, follows from the task alone. Each chunk is given out only if it is the one that was taken in. One chunk is
/// in memory at a time.
/// </remarks>
internal sealed class InputTape : ITapeSource, IDisposable
{
    private readonly IEnclavePort _port;
    private readonly SealedInput[] _inputs;
    private readonly SecretBuffer _slot;
    private int _next;
    private long _chunkNumber;
    private ChunkFlow? _flow;
    private ReadOnlyMemory<byte> _received;

    /// <summary>Stands before the first file.</summary>
    /// <param name="port">Where to ask for chunks.</param>
    /// <param name="inputs">Streamed inputs, open, in the task's order.</param>
    /// <param name="passes">How often all of them are read.</param>
    public InputTape(IEnclavePort port, IEnumerable<SealedInput> inputs, int passes)
    {
        _port = port;
        _inputs = [.. inputs];
        Passes = passes;
        Files = [.. _inputs.Select(input => new TapeFile(input.Name, input.Streamed!.Header.PlaintextLength, input.Folder))];
        _slot = new SecretBuffer(_inputs.Max(input => input.Streamed!.Header.SealedChunkSize(0)));
    }

    public IReadOnlyList<TapeFile> Files { get; }

    public int Passes { get; }

    public ReadOnlyMemory<byte> ReadNext()
    {
        SealedInput input = _inputs[_next % _inputs.Length];
        SealedFileHeader header = input.Streamed!.Header;
        if (_flow is null) Begin(input);
        while (_chunkNumber < header.ChunkCount)
        {
            Fill(_slot.GetSpan()[..header.SealedChunkSize(_chunkNumber)]);
            Check(input.Streamed.OpenChunk(_chunkNumber, _slot.GetSpan()[..header.SealedChunkSize(_chunkNumber)]));
            int size = header.PlainChunkSize(_chunkNumber++);
            if (size > 0) return _slot.Memory[..size];
        }
        // The header says how long the file is, and the content id says that the header is right: nothing can follow the last chunk.
        if (!_received.IsEmpty || !_flow!.IsAtEnd) throw new InputTapeException(AbortReason.Stream);
        _flow = null;
        _next++;
        return default;
    }

    /// <summary>Wipes the chunk held.</summary>
    public void Dispose() => ((IDisposable)_slot).Dispose();

    private void Begin(SealedInput input)
    {
        Check(input.Announce(_port));
        _flow = new ChunkFlow(_port, input.SizeBytes);
        _chunkNumber = 0;
        ReadOnlySpan<byte> header = input.Streamed!.Header.Encoded.Span;
        var again = new byte[header.Length];
        Fill(again);
        if (!header.SequenceEqual(again)) throw new InputTapeException(AbortReason.Stream);
    }

    private void Fill(Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            if (_received.IsEmpty) Check(_flow!.Read(out _received));
            int count = Math.Min(destination.Length, _received.Length);
            _received.Span[..count].CopyTo(destination);
            _received = _received[count..];
            destination = destination[count..];
        }
    }

    private static void Check(AbortReason reason)
    {
        if (reason != AbortReason.None) throw new InputTapeException(reason);
    }
}
