using CsCheck;

namespace Errand.Protocol.Tests;

/// <summary>The CDDL of the specification against what the code reads and writes.</summary>
public sealed class CddlTests
{
    private static readonly byte[][] Accepted = [.. Journey.Run().History.Where(record => record.Refusal == RefusalReason.None).Select(record => record.Bytes)];

    public static TheoryData<EntryKind> Kinds => [.. Enum.GetValues<EntryKind>()];

    [Fact]
    public void The_file_holds_what_the_pages_hold()
    {
        if (ProtocolVectors.Rewrite) File.WriteAllText(Pages.CddlPath, Pages.Collect());
        Assert.Equal(Pages.Collect(), File.ReadAllText(Pages.CddlPath));
        Assert.Empty(Pages.LeftOut());
    }

    [Fact]
    public void Each_kind_of_entry_has_its_rule_and_no_more()
    {
        var payload = Assert.IsType<CddlType.Map>(Pages.Schema["payload"]);
        CddlGroup kinds = payload.Group.Choices.Single().Single(entry => entry.Group is not null).Group!;
        Assert.Equal(
            Enum.GetValues<EntryKind>().Select(kind => ((long)kind, Hyphened(kind.ToString()))),
            kinds.Choices.Select(choice => (((CddlType.Number)choice[0].Type!).Value, ((CddlType.Name)choice[1].Type!).Value)));
        Assert.All(kinds.Choices, choice => Assert.Equal([1, 3], choice.Select(entry => entry.Key!.Value)));
    }

    [Fact]
    public void Every_entry_of_the_vectors_is_as_the_cddl_says()
    {
        Assert.All(ProtocolVectors.Load<EntryVector[]>("entries"), vector => Assert.True(Pages.Schema.Matches("entry", Convert.FromHexString(vector.Entry)), $"kind {vector.Kind}"));
        Assert.All(
            ProtocolVectors.Load<HistoryVector[]>("history").Where(vector => vector.Outcome == "none"),
            vector => Assert.True(Pages.Schema.Matches("entry", Convert.FromHexString(vector.Entry)), vector.Entry));
        Assert.True(Pages.Schema.Matches("genesis", Convert.FromHexString(ProtocolVectors.Load<GenesisVector>("genesis").Document)));
    }

    [Fact]
    public void Receipts_snapshots_and_sealed_headers_are_as_the_cddl_says()
    {
        ReceiptEntry receipt = Accepted.Select(bytes => Body(bytes)).OfType<ReceiptEntry>().First();
        Assert.True(Pages.Schema.Matches("enclave-receipt", Primitives.CoseSign1.TryParse(receipt.Receipt.Span)!.Payload));
        using var snapshot = new MemoryStream();
        Journey.Run().State.Save(snapshot);
        byte[] bytes = snapshot.ToArray();
        Assert.True(Pages.Schema.Matches("snapshot-header", bytes.AsSpan(12, bytes[11])));
    }

    [Fact]
    public void Shapes_are_as_the_cddl_says() => SomeShape.Any.Sample(shape => Pages.Schema.Matches("output-shape", shape.Encoded.Span), iter: 1000);

    /// <summary>One fault in one place of an entry: whatever the software takes, the CDDL allows, and most of what it refuses the CDDL refuses too.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public void An_entry_with_a_fault_is_refused_by_the_cddl_wherever_its_form_is_wrong(EntryKind kind)
    {
        byte[] bytes = Accepted.First(entry => Body(entry).Kind == kind);
        var payload = (CborNode.Map)CborNode.Parse(Primitives.CoseSign1.TryParse(bytes)!.Payload);
        Assert.True(Pages.Schema.Matches("payload", payload.Encode()));
        var body = (CborNode.Map)payload.Pairs[3].Value;
        CborNode[] faulty = [.. CborFaults.Of(body)];
        Assert.True(faulty.Length >= (body.Pairs.Count == 0 ? 1 : 4 * body.Pairs.Count), $"{faulty.Length} faults");
        int refused = 0;
        foreach (CborNode fault in faulty)
        {
            bool allowed = Pages.Schema.Matches("payload", new CborNode.Map([.. payload.Pairs.Take(3), (payload.Pairs[3].Key, fault)]).Encode());
            bool taken = Primitives.CanonicalCbor.IsCanonical(fault.Encode()) && EntryBody.TryDecode(kind, fault.Encode(), out _) == RefusalReason.None;
            Assert.False(taken && !allowed, $"Taken, and not allowed by the CDDL: {Convert.ToHexString(fault.Encode())}");
            if (!allowed) refused++;
        }
        // What the CDDL cannot say (order of lists, names that must differ) is a minority of faults.
        Assert.True(refused * 10 >= faulty.Length * 6, $"The CDDL refuses {refused} of {faulty.Length} faults.");
    }

    [Theory]
    [InlineData("a = { 0: uint, ? 1: bytes .size 2 }", "a10005", true)]
    [InlineData("a = { 0: uint, ? 1: bytes .size 2 }", "a200050142aabb", true)]
    [InlineData("a = { 0: uint, ? 1: bytes .size 2 }", "a200050141aa", false)]
    [InlineData("a = { 0: uint, ? 1: bytes .size 2 }", "a10142aabb", false)]
    [InlineData("a = { 0: uint, ? 1: bytes .size 2 }", "a200050205", false)]
    [InlineData("a = { 0: uint, ? ( 1: uint, 2: uint ) }", "a200000100", false)]
    [InlineData("a = { 0: uint, ? ( 1: uint, 2: uint ) }", "a3000001000200", true)]
    [InlineData("a = { ( 0: 1, 1: bool // 0: 2, 1: text ) }", "a20001 01f4", true)]
    [InlineData("a = { ( 0: 1, 1: bool // 0: 2, 1: text ) }", "a20002 01f4", false)]
    [InlineData("a = [1*2 0..23]", "80", false)]
    [InlineData("a = [1*2 0..23]", "820117", true)]
    [InlineData("a = [1*2 0..23]", "811818", false)]
    [InlineData("a = [1*2 0..23]", "83010203", false)]
    [InlineData("a = [1, text] / [2, * bytes]", "820161 61", true)]
    [InlineData("a = [1, text] / [2, * bytes]", "83024041aa", true)]
    [InlineData("a = [1, text] / [2, * bytes]", "820261 61", false)]
    [InlineData("a = uint .le 9007199254740992", "1b0020000000000000", true)]
    [InlineData("a = uint .le 9007199254740992", "1b0020000000000001", false)]
    [InlineData("a = uint .le 5", "20", false)]
    [InlineData("a = text .regexp \"[a-z]{1,2}\"", "626162", true)]
    [InlineData("a = text .regexp \"[a-z]{1,2}\"", "63616263", false)]
    [InlineData("a = text .size (0..1)", "62c3a4", false)]
    [InlineData("a = #6.18([bytes .cbor { 1: -8 }])", "d28143a10127", true)]
    [InlineData("a = #6.18([bytes .cbor { 1: -8 }])", "d28143a10126", false)]
    [InlineData("a = #6.18([bytes .cbor { 1: -8 }])", "8143a10127", false)]
    [InlineData("a = null / bool", "f6", true)]
    [InlineData("a = null / bool", "00", false)]
    [InlineData("a = uint", "0000", false)]
    [InlineData("a = uint", "18", false)]
    public void The_validator_says_what_the_standard_says(string cddl, string item, bool expected) =>
        Assert.Equal(expected, new CddlSchema(cddl).Matches("a", Convert.FromHexString(item.Replace(" ", "", StringComparison.Ordinal))));

    [Theory]
    [InlineData("a = b")]
    [InlineData("a = { 0: uint")]
    [InlineData("a = uint a = uint")]
    [InlineData("a = { 0: uint 1: uint }")]
    [InlineData("a = uint ~ b")]
    public void Text_that_is_no_cddl_is_refused(string cddl) => Assert.Throws<FormatException>(() => new CddlSchema(cddl));

    private static EntryBody Body(byte[] entry)
    {
        Primitives.CoseSign1 frame = Primitives.CoseSign1.TryParse(entry)!;
        var fields = (CborNode.Map)CborNode.Parse(frame.Payload);
        Assert.Equal(RefusalReason.None, EntryBody.TryDecode((EntryKind)((CborNode.UInt)fields.Pairs[1].Value).Value, fields.Pairs[3].Value.Encode(), out EntryBody? body));
        return body!;
    }

    private static string Hyphened(string name) => string.Concat(name.Select((letter, i) => char.IsUpper(letter) ? (i > 0 ? "-" : "") + char.ToLowerInvariant(letter) : letter.ToString()));
}
