using Errand.Primitives;

namespace Errand.Client;

/// <summary>The messages by which states are given out over HTTP. One place for both sides.</summary>
/// <remarks>
/// <code>
/// GET state/checkpoint              200: [frame…], state checkpoints of the verifiers behind this address, canonical CBOR
/// GET state/snapshot/{position}     200: the snapshot; 404 when it is not here any more
/// </code>
/// Both at a network's address and under the endpoint of a verifier. 429 when the source asks too often.
/// </remarks>
public static class StateWire
{
    /// <summary>Where checkpoints are.</summary>
    public const string CheckpointPath = "state/checkpoint";

    /// <summary>Where snapshots are, followed by the position.</summary>
    public const string SnapshotPath = "state/snapshot/";

    /// <summary>The most checkpoints in one answer.</summary>
    public const int CheckpointsMax = 1024;

    /// <summary>The longest frame of a checkpoint: some 160 bytes are needed.</summary>
    public const int CheckpointSizeBytesMax = 256;

    /// <summary>The longest answer with checkpoints.</summary>
    public const int CheckpointsSizeBytesMax = 8 + CheckpointsMax * (3 + CheckpointSizeBytesMax);

    /// <summary>[frame…].</summary>
    /// <exception cref="ArgumentException">There are too many, or they are too long.</exception>
    public static byte[] EncodeCheckpoints(IReadOnlyCollection<ReadOnlyMemory<byte>> frames)
    {
        ArgumentNullException.ThrowIfNull(frames);
        if (frames.Count > CheckpointsMax || frames.Any(frame => frame.Length > CheckpointSizeBytesMax)) throw new ArgumentException("Too many checkpoints, or too long ones.", nameof(frames));
        CanonicalWriter writer = new CanonicalWriter().Array(frames.Count);
        foreach (ReadOnlyMemory<byte> frame in frames) writer.Bytes(frame.Span);
        return writer.ToArray();
    }

    /// <summary>Reads [frame…], whose frames nothing has borne out; false for anything else.</summary>
    public static bool TryDecodeCheckpoints(ReadOnlySpan<byte> encoded, out IReadOnlyList<ReadOnlyMemory<byte>> frames)
    {
        frames = [];
        var reader = new CanonicalReader(encoded);
        if (!reader.TryReadArrayHeader(CheckpointsMax, out int count)) return false;
        var read = new ReadOnlyMemory<byte>[count];
        for (int i = 0; i < count; i++)
        {
            if (!reader.TryReadBytes(CheckpointSizeBytesMax, out ReadOnlySpan<byte> frame)) return false;
            read[i] = frame.ToArray();
        }
        if (!reader.AtEnd) return false;
        frames = read;
        return true;
    }
}
