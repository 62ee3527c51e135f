using Errand.Primitives;

namespace Errand.Cryptography;

/// <summary>
/// Judges a file that is being read: collects leaf hashes and outcomes in order, keeps the first failure, and says in the end
/// what the file was. The one place that ranks failures.
/// </summary>
/// <remarks>
/// A header is proven when chunk 0 opens, since the file key is bound to it. From then on a failure belongs to the chunk where
/// it is met, and reading stops at once. Before that, a failure may mean two things: these are not the bytes that the caller
/// named (somebody swapped them), or they are and were never good (their sealer made them so). Where the caller named a content
/// id, the rest is therefore read and hashed, not opened, and <c>content-id</c> is the outcome if it differs.
/// </remarks>
internal sealed class OpeningState
{
    private readonly SealedFileHeader _header;
    private readonly ContentId? _expected;
    private readonly List<Bytes32>? _leafHashes;
    private readonly MerkleAccumulator _tree = new();
    private bool _headerProven;

    internal OpeningState(SealedFileHeader header, ContentId? expected, List<Bytes32>? leafHashes = null)
    {
        _header = header;
        _expected = expected;
        _leafHashes = leafHashes;
        AddLeaf(MerkleHasher.Leaf(header.Encoded.Span));
    }

    /// <summary>The first failure met so far.</summary>
    internal SealingFailure Failure { get; private set; }

    /// <summary>True while chunks are to be opened and given out.</summary>
    internal bool IsGood => Failure.Error == SealingError.None;

    /// <summary>True while the next chunk is worth reading: all is well, or the content id is still to be told.</summary>
    internal bool WantsMore => NextChunk < _header.ChunkCount && (IsGood || IsSuspect);

    /// <summary>The chunk that comes next.</summary>
    internal long NextChunk => _tree.Count - 1;

    private bool IsSuspect => !_headerProven && _expected is not null;

    /// <summary>Adds the next chunk; true when its plaintext may be given out.</summary>
    internal bool Add(Bytes32 leafHash, bool opened)
    {
        if (IsGood && !opened) Fail(SealingError.ChunkTag, NextChunk);
        AddLeaf(leafHash);
        _headerProven |= IsGood;
        return IsGood;
    }

    /// <summary>Records a failure, unless there is one already.</summary>
    internal void Fail(SealingError error, long? chunk)
    {
        if (IsGood) Failure = new SealingFailure(error, chunk);
    }

    /// <summary>The outcome.</summary>
    /// <param name="atEnd">False when bytes follow the last chunk.</param>
    internal SealingResult Finish(bool atEnd)
    {
        bool complete = NextChunk == _header.ChunkCount;
        if (!complete) Fail(SealingError.Truncated, NextChunk);
        else if (!atEnd) Fail(SealingError.TrailingData, NextChunk);

        ContentId id = SealedFormat.Identify(_header, _tree.Root);
        bool isExpected = _expected is null || (complete && atEnd && id == _expected);
        if (!isExpected && IsGood) Failure = new SealingFailure(SealingError.ContentId);
        else if (!isExpected && IsSuspect) Failure = Failure with { Error = SealingError.ContentId };
        return IsGood ? new SealingResult(SealedFileInfo.Of(_header, id)) : new SealingResult(Failure);
    }

    private void AddLeaf(Bytes32 hash)
    {
        _tree.AppendLeafHash(hash);
        _leafHashes?.Add(hash);
    }
}
