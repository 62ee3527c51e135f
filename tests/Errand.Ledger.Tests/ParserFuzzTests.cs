using System.Globalization;
using CsCheck;
using Errand.Primitives;

namespace Errand.Ledger.Tests;

/// <summary>Parsers of what comes over the wire: never an exception, and what is accepted is written again as it was.</summary>
/// <remarks>ERRAND_FUZZ_ITERATIONS sets how long.</remarks>
public sealed class ParserFuzzTests : IDisposable
{
    private static readonly long Iterations = long.TryParse(Environment.GetEnvironmentVariable("ERRAND_FUZZ_ITERATIONS"), CultureInfo.InvariantCulture, out long set) ? set : 3_000;
    private readonly WitnessRig _rig = new(4);
    private readonly TestTree _tree = TestTree.Of(40);

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void Notes() => Fuzz(Cosigned().ToBytes(), bytes => SignedNote.TryParse(bytes, out SignedNote? note) ? note.ToBytes() : null);

    [Fact]
    public void Signature_lines() => Fuzz(
        System.Text.Encoding.UTF8.GetBytes(string.Concat(Cosigned().Signatures.Select(SignedNote.LineOf))),
        bytes => SignedNote.TryReadLines(bytes, out IReadOnlyList<NoteSignature> lines) ? System.Text.Encoding.UTF8.GetBytes(string.Concat(lines.Select(SignedNote.LineOf))) : null);

    [Fact]
    public void Requests_to_witnesses() => Fuzz(_rig.Ask(_tree, 7, 33).ToBytes(), bytes => AddCheckpointRequest.TryParse(bytes, out AddCheckpointRequest? request) ? request.ToBytes() : null);

    [Fact]
    public void Witnesses_answer_whatever_comes()
    {
        byte[] good = _rig.Ask(_tree, 0, 33).ToBytes();
        Fuzz(good, bytes =>
        {
            Assert.Contains(_rig.Witnesses[0].Add(bytes).Status, (int[])[200, 400, 403, 404, 409, 422]);
            return null;
        });
        // Only the log's own checkpoint can have been cosigned.
        Assert.True(_rig.Witnesses[0].Last.Size is 0 or 33);
    }

    [Fact]
    public void Proven_pages()
    {
        LedgerEntry[] entries = [.. Enumerable.Range(3, 9).Select(i => new LedgerEntry(i, 1_000 + i, LedgerContract.Numbered(i)))];
        var page = new ProvenPage(Cosigned(), 3, entries, RangeProof.Prove(3, 12, 33, _tree.Node));
        Fuzz(page.Encode(), bytes => ProvenPage.TryDecode(bytes, out ProvenPage? read) ? read.Encode() : null);
    }

    [Fact]
    public void Promises() => Fuzz(
        LedgerPromise.Make(_rig.Log.VerifierKey, _rig.LogKey, new LedgerPosition(7, 1234), [1, 2]).Encode(), bytes => LedgerPromise.TryDecode(bytes, out LedgerPromise? read) ? read.Encode() : null);

    [Fact]
    public void Hash_tiles() => Fuzz(TileContent.Encode(_tree.Leaves.Take(17).ToArray()), bytes => TileContent.TryDecode(bytes, 17, out Bytes32[] read) ? TileContent.Encode(read) : null);

    [Fact]
    public void Entry_bundles()
    {
        LedgerEntry[] entries = [.. Enumerable.Range(0, 5).Select(i => new LedgerEntry(i, 1_000 + i, LedgerContract.Numbered(i)))];
        Fuzz(TileContent.Encode(entries), bytes => TileContent.TryDecode(bytes, 0, 5, out LedgerEntry[] read) ? TileContent.Encode(read) : null);
    }

    private SignedNote Cosigned()
    {
        SignedCheckpoint signed = _rig.Sign(_tree, 33);
        return signed.With(Enumerable.Range(0, 3).Select(i => _rig.CosignerOf(i).Cosign(signed.Checkpoint, DateTimeOffset.UnixEpoch.AddSeconds(1_800_000_000)))).Note;
    }

    private static void Fuzz(byte[] good, Func<byte[], byte[]?> again)
    {
        byte[]? whole = again(good);
        if (whole is not null) Assert.Equal(good, whole);
        Gen<byte[]> spoilt = Gen.Select(Gen.Int[0, good.Length], Gen.Int[0, 12], Gen.Byte.Array[0, 12], (at, drop, put) => (byte[])[.. good[..at], .. put, .. good[Math.Min(good.Length, at + drop)..]]);
        Gen<byte[]> swapped = Gen.Select(Gen.Int[0, good.Length - 1], Gen.Int[0, good.Length - 1], (a, b) =>
        {
            byte[] bytes = [.. good];
            (bytes[a], bytes[b]) = (bytes[b], bytes[a]);
            return bytes;
        });
        Gen.OneOf(spoilt, swapped, Gen.Byte.Array[0, 300]).Sample(bytes =>
        {
            if (again(bytes) is { } accepted) Assert.Equal(bytes, accepted);
        }, iter: Iterations);
    }
}
