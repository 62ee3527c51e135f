namespace Errand.Attestation.Tests;

/// <summary>The grammar of attestation documents: every form that is read, and each rule broken in turn.</summary>
public sealed class NitroDocumentTests
{
    [Fact]
    public void Good_document_is_read_as_it_was_made()
    {
        NitroDocument document = NitroDocument.TryParse(new NitroMaker().Make())!;
        Assert.Equal(NitroSource.Enclave, document.Source);
        Assert.Equal(NitroMaker.ModuleId, document.ModuleId);
        Assert.Equal("SHA384", document.Digest);
        Assert.Equal(NitroMaker.Timestamp, document.Timestamp);
        Assert.Equal(Enumerable.Range(0, 16), document.PcrIndices);
        Assert.Equal(NitroMaker.Pcr(4), document.Pcr(4).ToArray());
        Assert.True(document.Pcr(16).IsEmpty && document.Pcr(-1).IsEmpty && document.Pcr(32).IsEmpty);
        Assert.Equal(NitroPki.Chain[^1], document.Certificate.ToArray());
        Assert.Equal(NitroPki.Chain.SkipLast(1), document.CaBundle.Select(item => item.ToArray()));
        Assert.Equal(NitroMaker.PublicKey, document.PublicKey!.Value.ToArray());
        Assert.Equal(NitroMaker.UserData, document.UserData!.Value.ToArray());
        Assert.Equal(NitroMaker.Nonce, document.Nonce!.Value.ToArray());
        Assert.False(document.IsTagged || document.HasIndefinitePayload || document.IsDebug);
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Tag_and_indefinite_payload_are_read(bool tagged, bool indefinite)
    {
        NitroDocument document = NitroDocument.TryParse(new NitroMaker { Tagged = tagged, Indefinite = indefinite }.Make())!;
        Assert.Equal((tagged, indefinite), (document.IsTagged, document.HasIndefinitePayload));
    }

    [Fact]
    public void Indefinite_members_and_chunked_strings_are_read()
    {
        var maker = new NitroMaker { Indefinite = true, Unprotected = [0xBF, 0xFF] };
        maker.Set("pcrs", CborMaker.IndefiniteMap([(CborMaker.UInt(0), CborMaker.Chunks(NitroMaker.Pcr(0)))]));
        maker.Set("cabundle", CborMaker.IndefiniteArray([.. NitroPki.Chain.SkipLast(1).Select(item => CborMaker.Bytes(item))]));
        maker.Set("nonce", CborMaker.Chunks(NitroMaker.Nonce));
        maker.Set("module_id", [0x7F, 0x61, (byte)'i', 0x61, (byte)'j', 0xFF]);
        NitroDocument document = NitroDocument.TryParse(maker.Make())!;
        Assert.Equal([0], document.PcrIndices);
        Assert.Equal(NitroMaker.Pcr(0), document.Pcr(0).ToArray());
        Assert.Equal(4, document.CaBundle.Count);
        Assert.Equal(NitroMaker.Nonce, document.Nonce!.Value.ToArray());
        Assert.Equal("ij", document.ModuleId);
    }

    [Fact]
    public void Members_are_read_in_any_order()
    {
        var maker = new NitroMaker();
        maker.Members.Reverse();
        Assert.NotNull(NitroDocument.TryParse(maker.Make()));
    }

    [Theory]
    [InlineData("public_key")]
    [InlineData("user_data")]
    [InlineData("nonce")]
    public void Optional_member_may_be_null_missing_or_empty(string name)
    {
        Assert.Null(Get(NitroDocument.TryParse(NitroMaker.With(name, CborMaker.Null))!, name));
        var without = new NitroMaker();
        without.Members.RemoveAll(member => member.Name == name);
        Assert.Null(Get(NitroDocument.TryParse(without.Make())!, name));
        Assert.Equal(0, Get(NitroDocument.TryParse(NitroMaker.With(name, CborMaker.Bytes([])))!, name)!.Value.Length);
        Assert.NotNull(NitroDocument.TryParse(NitroMaker.With(name, CborMaker.Bytes(new byte[1024]))));
        Assert.Null(NitroDocument.TryParse(NitroMaker.With(name, CborMaker.Bytes(new byte[1025]))));
        Assert.Null(NitroDocument.TryParse(NitroMaker.With(name, CborMaker.Text("text"))));
    }

    [Theory]
    [InlineData("module_id")]
    [InlineData("digest")]
    [InlineData("timestamp")]
    [InlineData("pcrs")]
    [InlineData("certificate")]
    [InlineData("cabundle")]
    public void Needed_member_may_not_be_null_or_missing(string name)
    {
        Assert.Null(NitroDocument.TryParse(NitroMaker.With(name, CborMaker.Null)));
        var without = new NitroMaker();
        without.Members.RemoveAll(member => member.Name == name);
        Assert.Null(NitroDocument.TryParse(without.Make()));
    }

    public static TheoryData<string, string, byte[]> BrokenMembers()
    {
        byte[] pcr = new byte[48];
        byte[] certificate = CborMaker.Bytes(NitroPki.Chain[0]);
        return new()
        {
            { "empty module id", "module_id", CborMaker.Text("") },
            { "module id of bytes", "module_id", CborMaker.Bytes("i-0"u8) },
            { "module id that is no UTF-8", "module_id", [0x61, 0xFF] },
            { "long module id", "module_id", CborMaker.Text(new string('i', 257)) },
            { "other digest", "digest", CborMaker.Text("SHA256") },
            { "digest in lower case", "digest", CborMaker.Text("sha384") },
            { "timestamp 0", "timestamp", CborMaker.UInt(0) },
            { "timestamp beyond the calendar", "timestamp", CborMaker.UInt(ulong.MaxValue) },
            { "negative timestamp", "timestamp", CborMaker.Head(1, 5) },
            { "timestamp longer than needed", "timestamp", [0x1A, 0, 0, 1, 0] },
            { "no pcrs", "pcrs", NitroMaker.Pcrs([]) },
            { "pcr 32", "pcrs", NitroMaker.Pcrs([(32, pcr)]) },
            { "pcr twice", "pcrs", NitroMaker.Pcrs([(0, pcr), (0, pcr)]) },
            { "pcr of 47 bytes", "pcrs", NitroMaker.Pcrs([(0, new byte[47])]) },
            { "pcr of no bytes", "pcrs", NitroMaker.Pcrs([(0, [])]) },
            { "pcr of text", "pcrs", CborMaker.Map([(CborMaker.UInt(0), CborMaker.Text(new string('0', 48)))]) },
            { "pcr with a name", "pcrs", CborMaker.Map([(CborMaker.Text("0"), CborMaker.Bytes(pcr))]) },
            { "pcrs in an array", "pcrs", CborMaker.Array(CborMaker.Bytes(pcr)) },
            { "map that says more pairs", "pcrs", [0xA2, .. CborMaker.UInt(0), .. CborMaker.Bytes(pcr)] },
            { "map that never ends", "pcrs", [0xBF, .. CborMaker.UInt(0), .. CborMaker.Bytes(pcr)] },
            { "empty certificate", "certificate", CborMaker.Bytes([]) },
            { "long certificate", "certificate", CborMaker.Bytes(new byte[1025]) },
            { "empty bundle", "cabundle", CborMaker.Array() },
            { "bundle with an empty certificate", "cabundle", CborMaker.Array(CborMaker.Bytes([])) },
            { "bundle too long for a chain", "cabundle", CborMaker.Array(certificate, certificate, certificate, certificate, certificate, certificate) },
            { "bundle that says more", "cabundle", [0x9B, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF] },
            { "nested bundle", "cabundle", CborMaker.Array(CborMaker.Array(certificate)) },
            { "chunk without end", "nonce", [0x5F, 0x41, 0] },
            { "chunk of text", "nonce", [0x5F, 0x61, (byte)'a', 0xFF] },
            { "chunk of chunks", "nonce", [0x5F, 0x5F, 0x41, 0, 0xFF, 0xFF] },
            { "empty chunk", "nonce", [0x5F, 0x40, 0xFF] },
            { "chunks too long together", "nonce", CborMaker.Chunks(new byte[1025]) },
            { "undefined nonce", "nonce", [0xF7] },
            { "reserved length", "nonce", [0x5C, 0] },
            { "integer of indefinite length", "timestamp", [0x1F, 0xFF] },
        };
    }

    [Theory]
    [MemberData(nameof(BrokenMembers))]
    public void Member_against_its_rule_is_refused(string why, string name, byte[] value) => Assert.True(NitroDocument.TryParse(NitroMaker.With(name, value)) is null, why);

    [Fact]
    public void Unknown_repeated_or_second_pcr_member_is_refused()
    {
        foreach ((string name, byte[] value) in new[] { ("other", CborMaker.Null), ("Nonce", CborMaker.Null), ("digest", CborMaker.Text("SHA384")), ("nonce", CborMaker.Null), ("nitrotpm_pcrs", NitroMaker.Pcrs([(0, new byte[48])])) })
        {
            var maker = new NitroMaker();
            if (name != "digest") maker.Members.RemoveAll(member => member.Name == "user_data");
            maker.Members.Add((name, value));
            Assert.True(NitroDocument.TryParse(maker.Make()) is null, name);
        }
    }

    [Fact]
    public void Frame_against_its_rule_is_refused()
    {
        byte[] good = new NitroMaker().Make();
        byte[] payload = new NitroMaker().Payload();
        byte[] signature = new byte[96];
        byte[] Frame(params byte[][] items) => CborMaker.Array(items);
        byte[] header = CborMaker.Bytes([0xA1, 0x01, 0x38, 0x22]);
        byte[] body = CborMaker.Bytes(payload);
        Assert.NotNull(NitroDocument.TryParse(Frame(header, [0xA0], body, CborMaker.Bytes(signature))));
        Assert.NotNull(NitroDocument.TryParse(CborMaker.IndefiniteArray(header, [0xA0], body, CborMaker.Bytes(signature))));

        Assert.Null(NitroDocument.TryParse([]));
        Assert.Null(NitroDocument.TryParse([.. good, 0]));
        Assert.Null(NitroDocument.TryParse(good.AsSpan(0, good.Length - 1)));
        Assert.Null(NitroDocument.TryParse([0xD1, .. good])); // tag 17, COSE_Mac0
        Assert.Null(NitroDocument.TryParse([0xD2, 0xD2, .. good]));
        Assert.Null(NitroDocument.TryParse(Frame(header, [0xA0], body)));
        Assert.Null(NitroDocument.TryParse(Frame(header, [0xA0], body, CborMaker.Bytes(signature), [0xA0])));
        Assert.Null(NitroDocument.TryParse(CborMaker.IndefiniteArray(header, [0xA0], body, CborMaker.Bytes(signature), [0xA0])));
        Assert.Null(NitroDocument.TryParse(Frame(CborMaker.Bytes([0xA1, 0x01, 0x26]), [0xA0], body, CborMaker.Bytes(signature)))); // ES256
        Assert.Null(NitroDocument.TryParse(Frame(CborMaker.Bytes([0xA2, 0x01, 0x38, 0x22, 0x04, 0x40]), [0xA0], body, CborMaker.Bytes(signature))));
        Assert.Null(NitroDocument.TryParse(Frame(CborMaker.Bytes([]), [0xA1, 0x01, 0x38, 0x22], body, CborMaker.Bytes(signature))));
        Assert.Null(NitroDocument.TryParse(Frame(header, [0xA1, 0x04, 0x40], body, CborMaker.Bytes(signature))));
        Assert.Null(NitroDocument.TryParse(Frame(header, [0xA0], CborMaker.Null, CborMaker.Bytes(signature)))); // detached
        Assert.Null(NitroDocument.TryParse(Frame(header, [0xA0], CborMaker.Bytes([.. payload, 0]), CborMaker.Bytes(signature))));
        Assert.Null(NitroDocument.TryParse(Frame(header, [0xA0], body, CborMaker.Bytes(new byte[95]))));
        Assert.Null(NitroDocument.TryParse(Frame(header, [0xA0], body, CborMaker.Bytes(new byte[97]))));
        Assert.Null(NitroDocument.TryParse(new byte[NitroDocument.SizeMax + 1]));
    }

    [Fact]
    public void Debug_is_all_three_image_pcrs_zero_or_missing()
    {
        static bool IsDebug(params (int, byte[])[] pcrs) => NitroDocument.TryParse(NitroMaker.With("pcrs", NitroMaker.Pcrs(pcrs)))!.IsDebug;
        Assert.True(IsDebug((0, new byte[48]), (1, new byte[48]), (2, new byte[48]), (4, NitroMaker.Pcr(4))));
        Assert.True(IsDebug((4, NitroMaker.Pcr(4))));
        Assert.False(IsDebug((0, new byte[48]), (1, new byte[48]), (2, NitroMaker.Pcr(2))));
        Assert.False(IsDebug((0, NitroMaker.Pcr(0))));
    }

    private static ReadOnlyMemory<byte>? Get(NitroDocument document, string name) => name switch
    {
        "public_key" => document.PublicKey,
        "user_data" => document.UserData,
        _ => document.Nonce,
    };
}
