using System.Security.Cryptography;
using System.Text;
using Errand.Client;
using Errand.Cryptography;
using Errand.Ledger;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Fuzz;

/// <summary>What ledgers, mirrors, witnesses and hosts of states send each other and their readers. What is read must encode to the same bytes again.</summary>
internal static class LedgerTargets
{
    private const string Origin = "example.org/log";

    public static IEnumerable<FuzzTarget> All()
    {
        using SigningKey key = SigningKey.FromSeed(new byte[SigningKey.SeedSize]);
        var signer = new NoteSigner(Origin, key);
        SignedNote note = new Checkpoint(Origin, 5, MerkleHasher.Empty).Sign(signer).Note;
        var proof = new RangeProof([MerkleHasher.Empty], [MerkleHasher.Empty, MerkleHasher.Empty]);
        var page = new ProvenPage(note, 1, [new LedgerEntry(1, 10, new byte[] { 1, 2, 3 }), new LedgerEntry(2, 11, new byte[] { 4 })], proof);
        LedgerPromise promise = LedgerPromise.Make(new VerifierKey(Origin, key.PublicKey), key, new LedgerPosition(1, 10), [1, 2, 3]);
        var fork = new LedgerEvidence { Kind = LedgerEvidenceKind.Fork, Note = note, Other = note, Proof = proof };
        var broken = new LedgerEvidence { Kind = LedgerEvidenceKind.BrokenPromise, Note = note, Promise = promise, Leaf = MerkleHasher.Empty, Proof = proof };
        var instance = new RequestInstance(new byte[RequestInstance.Size]);
        string token = RequestSignature.Sign(key, new NetworkId(default), instance, 7, "POST", "/ledger", [1]).ToToken();
        var state = new StateCheckpoint(new NetworkId(default), 1000, 10, new StateRoot(default));

        yield return Target("proven-page", page.Encode(), input => ProvenPage.TryDecode(input, out ProvenPage? read) ? read.Encode() : null);
        yield return Target("promise", promise.Encode(), input => LedgerPromise.TryDecode(input, out LedgerPromise? read) ? read.Encode() : null);
        yield return Target("append-answer", new AppendAnswer(promise, page.Encode()).Encode(), input => AppendAnswer.TryDecode(input, out AppendAnswer? read) ? read.Encode() : null);
        // The digest at the end is made anew: else nearly every mutation would end there.
        yield return Target("ledger-evidence", fork.Encode()[..^SHA256.HashSizeInBytes], input => LedgerEvidence.TryDecode([.. input, .. SHA256.HashData(input)], out LedgerEvidence? read) ? read.Encode()[..^SHA256.HashSizeInBytes] : null,
            broken.Encode()[..^SHA256.HashSizeInBytes]);
        yield return Target("add-checkpoint", new AddCheckpointRequest(5, [MerkleHasher.Empty], note).ToBytes(), input => AddCheckpointRequest.TryParse(input, out AddCheckpointRequest? read) ? read.ToBytes() : null);
        yield return Target("tile-path", Encoding.ASCII.GetBytes("tile/1/x001/x234/067.p/8"), input =>
            TilePath.TryParse(Encoding.ASCII.GetString(input), out TilePath? read) && Ascii.IsValid(input) ? Encoding.ASCII.GetBytes(read.ToString()) : null);
        yield return Target("request", Encoding.ASCII.GetBytes(token), input =>
            RequestSignature.TryParse(Encoding.ASCII.GetString(input), out RequestSignature? read) && Ascii.IsValid(input) ? Encoding.ASCII.GetBytes(read.ToToken()) : null);
        yield return Target("state-checkpoints", StateWire.EncodeCheckpoints([state.Sign(key).Encoded]), input =>
            StateWire.TryDecodeCheckpoints(input, out IReadOnlyList<ReadOnlyMemory<byte>> frames) ? StateWire.EncodeCheckpoints([.. frames]) : null);
    }

    private static FuzzTarget Target(string name, byte[] seed, Func<byte[], byte[]?> again, params byte[][] others) => new(name, [.. new[] { seed }.Concat(others).Select(bytes => new FuzzInput(bytes, 0))], input =>
    {
        if (again(input.Bytes) is { } encoded) BrokenPromiseException.Unless(encoded.AsSpan().SequenceEqual(input.Bytes), $"a {name} does not encode to itself");
    });
}
