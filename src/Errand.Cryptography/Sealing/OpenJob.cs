namespace Errand.Cryptography;

/// <summary>Reads a sealed file to its end: opens its chunks to an output, or, without one, only hashes them.</summary>
internal sealed class OpenJob(SealedFileHeader header, Stream ciphertext, ChunkOutput? output, OpeningState state) : IChunkJob
{
    private volatile bool _hashOnly = output is null || !state.IsGood;

    public void Fill(ChunkGroup group)
    {
        Span<byte> slots = group.Slots;
        int read = ciphertext.ReadAtLeast(slots, slots.Length, throwOnEndOfStream: false);
        if (read < slots.Length) group.CutShort(read / group.Slot(0).Length);
    }

    public void Work(ChunkGroup group, ChunkCipher? cipher)
    {
        group.HashLeaves();
        if (_hashOnly) return;
        ArgumentNullException.ThrowIfNull(cipher);
        for (int i = 0; i < group.Count; i++)
        {
            if (cipher.TryOpen(group.First + i, group.IsLast(i), group.Slot(i), group.Plain(i))) continue;
            group.BadTag = i;
            return;
        }
    }

    public bool Drain(ChunkGroup group)
    {
        for (int i = 0; i < group.Count && state.WantsMore; i++)
        {
            bool good = state.Add(group.LeafHashes[i], i != group.BadTag);
            if (good && output is not null && !output.TryWrite(group.Plain(i))) state.Fail(SealingError.Resume, group.First + i);
        }
        if (group.IsShort) state.Fail(SealingError.Truncated, group.First + group.Count);
        _hashOnly |= !state.IsGood;
        return state.IsGood || state.WantsMore;
    }

    /// <summary>The outcome. Call once, after the pipeline has run.</summary>
    internal SealingResult Finish()
    {
        bool atEnd = state.NextChunk < header.ChunkCount || ciphertext.ReadByte() < 0;
        if (output is { HasLeftover: true } && atEnd) state.Fail(SealingError.Resume, header.ChunkCount);
        return state.Finish(atEnd);
    }
}
