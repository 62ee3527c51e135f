using CsCheck;
using Errand.Cryptography;
using Errand.Primitives;

namespace Errand.Protocol.Tests;

public sealed class OutputShapeTests
{
    [Fact]
    public void What_is_written_is_read_back() => SomeShape.Any.Sample(shape => shape is not null && OutputShape.TryDecode(shape.Encoded.Span) is { } again && again.Equals(shape)
        && OutputShape.TryCreate(again.Files.Reverse(), again.NoteKey)!.Equals(shape));

    [Fact]
    public void Changed_bytes_are_refused_or_have_one_form() => Gen.Select(SomeShape.Any, Gen.Int[0, 9000], Gen.Byte, Gen.Int[0, 2]).Sample((shape, at, value, what) =>
    {
        byte[] bytes = shape.Encoded.ToArray();
        at %= bytes.Length;
        byte[] changed = what == 0 ? [.. bytes[..at], value, .. bytes[(at + 1)..]] : what == 1 ? bytes[..at] : [.. bytes, value];
        return OutputShape.TryDecode(changed) is not { } read || OutputShape.TryCreate(read.Files, read.NoteKey)!.Encoded.Span.SequenceEqual(changed);
    });

    [Fact]
    public void Shapes_that_bound_nothing_or_too_much_are_refused()
    {
        CsvInteger count = new("n", 6);
        Assert.NotNull(Table([count], 1, 0, 1));
        Assert.Null(Table([count], 1, 0, 0));
        Assert.Null(Table([count], -1, 0, 1));
        Assert.Null(Table([count], 1_000_001, 0, 1));
        Assert.Null(Table([count], 1, 1, 1));
        Assert.Null(Table([count, new CsvDecimal("d", 5, 2)], 1, 1, 1));
        Assert.Null(Table([count, count], 1, 0, 1));
        Assert.Null(Table([count with { DigitsMax = 19 }], 1, 0, 1));
        Assert.Null(Table([count, new CsvDecimal("d", 5, 5)], 1, 0, 1));
        Assert.Null(Table([count, new CsvChoice("c", ["b", "a"])], 1, 0, 1));
        Assert.Null(Table([count, new CsvChoice("c", ["a,b"])], 1, 0, 1));
        Assert.Null(Table([count, new CsvText("t", 1, "ba")], 1, 0, 1));
        Assert.Null(Table([count, new CsvText("t", 1, "é")], 1, 0, 1));
        Assert.Null(Table([count, new CsvText("t", 1, "\n")], 1, 0, 1));
        Assert.Null(Json(new JsonType.Whole(2, 1)));
        Assert.Null(Json(new JsonType.Whole(0, ShapeLimits.NumberMax + 1)));
        Assert.Null(Json(new JsonType.Map([new JsonType.Member("a\"", true, new JsonType.Truth())])));
        JsonType deep = new JsonType.Truth();
        for (int i = 1; i < ShapeLimits.DepthMax; i++) deep = new JsonType.List(1, deep);
        Assert.NotNull(Json(deep));
        Assert.Null(Json(new JsonType.List(1, deep)));
        Assert.Null(OutputShape.TryCreate([], default));
        Assert.Null(OutputShape.TryCreate([new JsonShape("../a", new JsonType.Truth())], default));
        Assert.Null(OutputShape.TryCreate([new JsonShape("a", new JsonType.Truth()), new JsonShape("a", new JsonType.Truth())], default));

        static OutputShape? Table(CsvColumn[] columns, int rows, int countColumn, long least) => OutputShape.TryCreate([new CsvShape("t.csv", [.. columns], rows, countColumn, least)], default);
        static OutputShape? Json(JsonType type) => OutputShape.TryCreate([new JsonShape("t.json", type)], default);
    }

    [Fact]
    public void Task_carries_shapes_in_the_order_of_its_data_and_without_a_log()
    {
        TestNetwork network = TestNetwork.WithExecutors();
        AssetId app = network.Publish(network.AppOwner, AssetKind.App), first = network.Publish(network.DataOwner, AssetKind.Data), second = network.Publish(network.DataOwner, AssetKind.Data);
        SubmitEntry submit = network.Submission(app, first, second);
        TaskShape one = new(first, SomeShape.Counts()), two = new(second, SomeShape.Counts(20, [1, 2]));

        Assert.Equal([one, two], network.MustSubmit(submit with { Shapes = [one, two] }, new Dictionary<AssetId, TestActor>()).State.Submit.Shapes);
        Assert.Equal([two], network.MustSubmit(submit with { Shapes = [two] }, new Dictionary<AssetId, TestActor>()).State.Submit.Shapes);
        foreach (SubmitEntry wrong in new[]
        {
            submit with { Shapes = [two, one] },
            submit with { Shapes = [one, one] },
            submit with { Shapes = [new TaskShape(app, SomeShape.Counts())] },
            submit with { Shapes = [one], Limits = submit.Limits with { LogBytes = 1 } },
        })
        {
            byte[] frame = CoseSigner.Sign(network.Requester.Key, network.Network.Value.ToArray(), EntrySigner.Payload(1, wrong)).Encoded.ToArray();
            Assert.Equal(RefusalReason.MalformedField, PreparedEntry.Prepare(network.Network, frame).Refusal);
        }
    }

    [Fact]
    public void Note_has_one_size_and_is_read_back() => Gen.Select(Gen.Int[0, 18], Gen.String[Gen.Char["abc.$[]é"], 0, 150], Gen.Byte.Array[0, RefusalNote.BeginningSizeMax]).Sample((rule, where, beginning) =>
    {
        var note = new RefusalNote((ShapeRule)rule, "a.csv", where, 1L << 40, 32, long.MaxValue, beginning);
        byte[] padded = note.EncodePadded();
        RefusalNote read = RefusalNote.TryDecode(padded)!;
        Assert.Equal(RefusalNote.PlaintextSize, padded.Length);
        Assert.Equal((note with { Beginning = default }, Convert.ToHexString(beginning)), (read with { Beginning = default }, Convert.ToHexString(read.Beginning.Span)));
        padded[^1] = 1;
        Assert.Null(RefusalNote.TryDecode(padded));
        Assert.Null(RefusalNote.TryDecode(padded.AsSpan(1)));
    });
}
