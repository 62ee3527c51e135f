using Errand.Cryptography;

namespace Errand.Enclave;

/// <summary>The inputs too large for memory, pulled from the host again and opened chunk by chunk while the app runs.</summary>
/// <remarks>
/// What the host is asked for, and in which order, follows from the task alone. Each chunk is given out when its tag held; each pass must end
/// with the content id that the file had when it was taken in, before anything of the run leaves the enclave. One chunk is in memory at a time.
/// </remarks>
internal sealed class InputTape : ITapeSource, IDisposable
{
    private readonly IEnclavePort _port;
    private readonly SealedInput[] _inputs;
    private readonly SecretBuffer _slot;
    private int _next;
    private SealedChunkOpener? _opener;
    private ChunkFlow? _flow;
    private ReadOnlyMemory<byte> _chunk;

    /// <summary>Stands before the first file.</summary>
    /// <param name="port">Where to ask for chunks.</param>
    /// <param name="inputs">Streamed inputs, open, in the task's order.</param>
    /// <param name="passes">How often all of them are read.</param>
    public InputTape(IEnclavePort port, IEnumerable<SealedInput> inputs, int passes)
    {
        _port = port;
        _inputs = [.. inputs];
        Passes = passes;
        Files = [.. _inputs.Select(input => new TapeFile(input.Name, input.Streamed!.Header.PlaintextLength))];
        _slot = new SecretBuffer(_inputs.Max(input => input.Streamed!.Header.SealedChunkSize(0)));
    }

    public IReadOnlyList<TapeFile> Files { get; }

    public int Passes { get; }

    public ReadOnlyMemory<byte> ReadNext()
    {
        _opener ??= Begin(_inputs[_next % _inputs.Length]);
        while (_opener.NextSize > 0)
        {
            Span<byte> chunk = _slot.GetSpan()[.._opener.NextSize];
            Fill(chunk);
            if (!_opener.TryReadNext(chunk, chunk, out int written)) throw new InputTapeException(AbortReason.Stream);
            if (written > 0) return _slot.Memory[..written];
        }
        End(_opener);
        return default;
    }

    /// <summary>Wipes the chunk held.</summary>
    public void Dispose()
    {
        _opener?.Dispose();
        ((IDisposable)_slot).Dispose();
    }

    private SealedChunkOpener Begin(SealedInput input)
    {
        Check(input.Announce(_port));
        _flow = new ChunkFlow(_port, input.SizeBytes);
        SealedFileHeader header = input.Streamed!.Header;
        var again = new byte[header.Size];
        Fill(again);
        if (!header.Encoded.Span.SequenceEqual(again)) throw new InputTapeException(AbortReason.Stream);
        return input.Streamed.Begin();
    }

    private void End(SealedChunkOpener opener)
    {
        if (!opener.Finish(atEnd: _chunk.IsEmpty && _flow!.IsAtEnd).Succeeded) throw new InputTapeException(AbortReason.Stream);
        opener.Dispose();
        _opener = null;
        _next++;
    }

    private void Fill(Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            if (_chunk.IsEmpty) Check(_flow!.Read(out _chunk));
            int count = Math.Min(destination.Length, _chunk.Length);
            _chunk.Span[..count].CopyTo(destination);
            _chunk = _chunk[count..];
            destination = destination[count..];
        }
    }

    private static void Check(AbortReason reason)
    {
        if (reason != AbortReason.None) throw new InputTapeException(reason);
    }
}
