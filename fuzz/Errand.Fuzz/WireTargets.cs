using System.Text;
using System.Text.Json;
using Errand.Attestation;
using Errand.Client;
using Errand.Cryptography;
using Errand.Ledger;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Fuzz;

/// <summary>What strangers send over the network or leave on a disk. Seeds come from the project's own vectors.</summary>
internal static class WireTargets
{
    public static IEnumerable<FuzzTarget> All()
    {
        JsonElement genesisVector = Read("protocol/genesis.json");
        byte[] genesis = Hex(genesisVector, "document");
        byte[][] frames = [.. Read("protocol/entries.json").EnumerateArray().Select(entry => Hex(entry, "entry"))];
        byte[][] payloads = [.. frames.Select(frame => CoseSign1.TryParse(frame)!.Payload.ToArray())];
        yield return new FuzzTarget("cbor", Inputs([.. payloads, genesis]), Cbor);
        yield return new FuzzTarget("frame", Inputs(frames), Frame);
        yield return new FuzzTarget("entry", Inputs(payloads), new EntryTarget(Protocol.Genesis.IdOf(genesis)).Run);
        yield return new FuzzTarget("genesis", Inputs(genesis), Genesis);
        yield return new FuzzTarget("snapshot", Inputs(Snapshot(genesis)), input => Restore(genesis, input));
        yield return new FuzzTarget("sealed-file", Inputs(SealedFileOf(100), SealedFileOf(9000)), Sealed);
        yield return new FuzzTarget("folder-index", Inputs(FolderOf(("a/b", 7), ("a/c", null), ("d", 0)), FolderOf(("x", 1))), Folder);
        yield return new FuzzTarget("intel-collateral", Inputs(IntelCollateralCbor.Encode(IntelCollateral.None), IntelCollateralCbor.Encode(SomeCollateral)), Intel);
        yield return new FuzzTarget("tdx-tuples", Inputs(TdxTuples.Encode(SomeDomain), TdxTuples.Encode(new TdxFloor(18, [IntelTcbStatus.UpToDate, IntelTcbStatus.SWHardeningNeeded], ["INTEL-SA-00615"]))), Tdx);
        yield return new FuzzTarget("note", Inputs(Note()), ParseNote);
        yield return new FuzzTarget("owner-policy", Inputs([.. Directory.EnumerateFiles(Path.Combine(Top(), "samples/policies"), "*.json").Order(StringComparer.Ordinal).Select(File.ReadAllBytes)]),
            input => _ = OwnerPolicyFile.TryParse(input.Bytes, out _, out _));
        yield return new FuzzTarget("appraisal-policy", Inputs([.. Enum.GetValues<EvidenceKind>().Select(AppraisalPolicyFile.Template).OfType<string>().Select(Encoding.UTF8.GetBytes)]),
            input => _ = AppraisalPolicyFile.TryParse(input.Bytes, null, out _, out _));
    }

    private static void Cbor(FuzzInput input)
    {
        if (!CanonicalCbor.IsCanonical(input.Bytes)) return;
        var reader = new CanonicalReader(input.Bytes);
        BrokenPromiseException.Unless(reader.TryReadItem(64, out ReadOnlySpan<byte> item) && item.Length == input.Bytes.Length, "a canonical item is not one item to its end");
    }

    private static void Frame(FuzzInput input)
    {
        if (CoseSign1.TryParse(input.Bytes) is not { } frame) return;
        BrokenPromiseException.Unless(frame.Encoded.Span.SequenceEqual(input.Bytes), "a frame does not encode to itself");
    }

    private static void Genesis(FuzzInput input)
    {
        GenesisError error = Protocol.Genesis.TryDecode(input.Bytes, out Genesis? genesis);
        BrokenPromiseException.Unless(error == GenesisError.None == genesis is not null, "an error and a genesis, or neither");
        if (genesis is not null) BrokenPromiseException.Unless(genesis.Encode().AsSpan().SequenceEqual(input.Bytes), "a genesis does not encode to itself");
    }

    private static byte[] Snapshot(byte[] genesis)
    {
        Protocol.Genesis.TryDecode(genesis, out Genesis? decoded);
        using var stream = new MemoryStream();
        new NetworkState(decoded!).Save(stream);
        return stream.ToArray();
    }

    private static void Restore(byte[] genesis, FuzzInput input)
    {
        Protocol.Genesis.TryDecode(genesis, out Genesis? decoded);
        SnapshotError error = NetworkState.TryLoad(decoded!, new MemoryStream(input.Bytes), null, out NetworkState? state);
        BrokenPromiseException.Unless(error == SnapshotError.None == state is not null, "an error and a state, or neither");
    }

    private static IntelCollateral SomeCollateral => new() { TcbInfo = "{}"u8.ToArray(), TcbInfoChain = [new byte[] { 1 }, new byte[] { 2 }], QeIdentity = "{}"u8.ToArray(), QeIdentityChain = [new byte[] { 3 }], PckCrl = new byte[] { 4 }, RootCaCrl = new byte[] { 5 } };

    private static TdxReference SomeDomain
    {
        get
        {
            var register = new byte[TdReport.RegisterSize];
            return new TdxReference
            {
                Name = "a domain", MrTd = register, Rtmr0 = register, Rtmr1 = register, Rtmr2 = register, Rtmr3 = register, MrSeam = register, MrSignerSeam = register, Attributes = new TdAttributes(1 << 28), Xfam = 0xE7,
                MrConfigId = register, MrOwner = register, MrOwnerConfig = register, MrServiceTd = register,
            };
        }
    }

    private static void Intel(FuzzInput input)
    {
        if (!IntelCollateralCbor.TryParse(input.Bytes, out IntelCollateral? collateral)) return;
        BrokenPromiseException.Unless(IntelCollateralCbor.Encode(collateral).AsSpan().SequenceEqual(input.Bytes), "collateral does not encode to itself");
    }

    private static void Tdx(FuzzInput input)
    {
        if (TdxTuples.TryDecodeReference(input.Bytes, out TdxReference? reference)) BrokenPromiseException.Unless(TdxTuples.Encode(reference).AsSpan().SequenceEqual(input.Bytes), "a reference value does not encode to itself");
        if (TdxTuples.TryDecodeFloor(input.Bytes, out TdxFloor? floor)) BrokenPromiseException.Unless(TdxTuples.Encode(floor).AsSpan().SequenceEqual(input.Bytes), "a floor does not encode to itself");
    }

    private static byte[] FolderOf(params (string, long?)[] files) => FolderIndex.TryMake(files)!.Encode();

    // What follows is as long as its entries say, or the index is refused for that alone.
    private static void Folder(FuzzInput input)
    {
        foreach (long content in (long[])[0, 1, 7, input.Bytes.Length])
        {
            if (!FolderIndex.TryDecode(input.Bytes, content, out FolderIndex? index)) continue;
            BrokenPromiseException.Unless(index.ContentBytes == content && index.Encode().AsSpan().SequenceEqual(input.Bytes), "an index does not encode to itself");
            BrokenPromiseException.Unless(FolderIndex.TryMake(index.Entries.Select(entry => (entry.Path, entry.SizeBytes)))?.Encode().AsSpan().SequenceEqual(input.Bytes) == true, "an index is not that of its files");
        }
    }

    private static byte[] SealedFileOf(int size)
    {
        using ContentKey key = ContentKey.Generate();
        return SealedFile.Seal(new byte[size], key, null, out _);
    }

    private static void Sealed(FuzzInput input) => SealedFileIndex.TryCompute(new MemoryStream(input.Bytes), null, out _, out _);

    private static byte[] Note()
    {
        using SigningKey key = SigningKey.FromSeed(new byte[SigningKey.SeedSize]);
        return new NoteSigner("example.org/log", key).Sign("example.org/log\n7\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n").ToBytes();
    }

    private static void ParseNote(FuzzInput input)
    {
        if (!SignedNote.TryParse(input.Bytes, out SignedNote? note)) return;
        BrokenPromiseException.Unless(note.ToBytes().AsSpan().SequenceEqual(input.Bytes), "a note does not encode to itself");
        _ = Checkpoint.TryParse(note.Text, out _);
    }

    private static FuzzInput[] Inputs(params byte[][] seeds) => [.. seeds.Select(seed => new FuzzInput(seed, 0))];

    private static byte[] Hex(JsonElement element, string name) => Convert.FromHexString(element.GetProperty(name).GetString()!);

    private static JsonElement Read(string name) => JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Top(), "tests/vectors", name))).RootElement;

    private static string Top()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Errand.slnx"))) folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("Run this from a checkout.");
        return folder;
    }
}
