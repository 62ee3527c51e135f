using Errand.Primitives;

namespace Errand.Cryptography;

/// <summary>Seals chunk after chunk from a stream of known length.</summary>
internal sealed class SealJob(SealedFileHeader header, Stream plaintext, ChunkOutput output) : IChunkJob
{
    private readonly MerkleAccumulator _tree = new();
    private SealingFailure _failure;

    /// <summary>Writes the header: what comes before all chunks, in the file and in the tree.</summary>
    internal bool TryBegin()
    {
        _tree.Append(header.Encoded.Span);
        if (output.TryWrite(header.Encoded.Span)) return true;
        _failure = new SealingFailure(SealingError.Resume);
        return false;
    }

    public void Fill(ChunkGroup group)
    {
        for (int i = 0; i < group.Count; i++)
        {
            Span<byte> chunk = group.Plain(i);
            if (plaintext.ReadAtLeast(chunk, chunk.Length, throwOnEndOfStream: false) < chunk.Length)
            {
                group.CutShort(i);
                return;
            }
        }
    }

    public void Work(ChunkGroup group, ChunkCipher? cipher)
    {
        ArgumentNullException.ThrowIfNull(cipher);
        for (int i = 0; i < group.Count; i++) cipher.Seal(group.First + i, group.IsLast(i), group.Slot(i));
        group.HashLeaves();
    }

    public bool Drain(ChunkGroup group)
    {
        for (int i = 0; i < group.Count; i++)
        {
            _tree.AppendLeafHash(group.LeafHashes[i]);
            if (!output.TryWrite(group.Slot(i))) return Fail(SealingError.Resume, group.First + i);
        }
        return !group.IsShort || Fail(SealingError.PlaintextLength, group.First + group.Count);
    }

    /// <summary>The outcome. Call once, after the pipeline has run.</summary>
    internal SealingResult Finish()
    {
        // A plaintext that goes on was measured wrong, or is growing: half of it under a good name would be a trap.
        if (_failure.Error == SealingError.None && plaintext.ReadByte() >= 0) Fail(SealingError.PlaintextLength, header.ChunkCount);
        return _failure.Error == SealingError.None
            ? new SealingResult(SealedFileInfo.Of(header, SealedFormat.Identify(header, _tree.Root)))
            : new SealingResult(_failure);
    }

    private bool Fail(SealingError error, long chunk)
    {
        _failure = new SealingFailure(error, chunk);
        return false;
    }
}
