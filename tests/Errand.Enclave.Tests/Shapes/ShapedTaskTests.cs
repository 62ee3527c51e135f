using System.Text;
using Errand.Cryptography;
using Errand.Protocol;

namespace Errand.Enclave.Tests;

/// <summary>Whole tasks whose data owner demands a shape. The app copies eight bytes of its data to /out/f.</summary>
public sealed class ShapedTaskTests : IDisposable
{
    private readonly HpkePrivateKey _owner = HpkePrivateKey.FromSeed(HpkeSuite.Default, TaskFixture.Seed(77));

    private static TaskLimits Limits => TaskFixture.DefaultLimits with { LogBytes = 0 };

    public void Dispose() => _owner.Dispose();

    [Fact]
    public async Task Output_in_shape_leaves_as_it_is()
    {
        using TaskFixture task = Shaped("n,c\n1,5\n", Table(5));
        TaskResult result = await LocalEnclave.RunAsync(task);
        Assert.Equal((AbortReason.None, OutcomeCode.Ok), (result.Reason, result.Receipt!.Outcome));
        Assert.Equal("n,c\n1,5\n", Encoding.UTF8.GetString(result.File("f")));
        Assert.Single(Header(result).Recipients);
    }

    [Fact]
    public async Task Json_leaves_without_white_space()
    {
        using TaskFixture task = Shaped(" [ 1 , 2", Json());
        // Eight bytes, the last is the bracket.
        using TaskFixture whole = Shaped("[1 ,\n 2]", Json());
        Assert.Equal(OutcomeCode.Refused, (await LocalEnclave.RunAsync(task)).Receipt!.Outcome);
        Assert.Equal("[1,2]", Encoding.UTF8.GetString((await LocalEnclave.RunAsync(whole)).File("f")));
    }

    [Fact]
    public async Task Output_out_of_shape_stays_and_its_owner_alone_learns_why()
    {
        using TaskFixture task = Shaped("n,c\n1,5\n", Table(6));
        TaskResult result = await LocalEnclave.RunAsync(task);
        Assert.Equal((AbortReason.None, OutcomeCode.Refused), (result.Reason, result.Receipt!.Outcome));
        Assert.Empty(result.Package!.Files);
        Assert.True(result.Package.Log.IsEmpty);

        SealedFileHeader header = Header(result);
        RefusalNote note = RefusalNote.TryOpen(header, task.Network, task.Task, task.Data[0].Asset.Id, _owner)!;
        Assert.Equal((ShapeRule.GroupSize, "f", "row 1, column c", 8L, 1, 8L), (note.Rule, note.File, note.Where, note.FileSizeBytes, note.Files, note.TotalSizeBytes));
        Assert.Equal("n,c\n1,5\n", Encoding.UTF8.GetString(note.Beginning.Span));
        Assert.Null(RefusalNote.TryOpen(header, task.Network, task.Task, task.Data[0].Asset.Id, task.Recipient));
        Assert.Null(RefusalNote.TryOpen(header, task.Network, task.Task, task.App.Id, _owner));
        using ContentKey? key = ResultPackage.TryOpenKey(header, task.Network, task.Task, _owner);
        Assert.Null(key);
    }

    [Fact]
    public async Task Sizes_of_refusals_do_not_tell_why()
    {
        var sizes = new HashSet<long>();
        foreach ((string data, OutputShape shape) in new[] { ("n,c\n1,5\n", Table(6)), ("n,c\n1,5;", Table(6)), ("\0\0\0\0\0\0\0\0", Json()), ("n,c\n1,5\n", Table(5, "other")) })
        {
            using TaskFixture task = Shaped(data, shape);
            TaskResult result = await LocalEnclave.RunAsync(task);
            Assert.Equal(OutcomeCode.Refused, result.Receipt!.Outcome);
            sizes.Add(result.Receipt.ResultSizeBytes);
        }
        Assert.Single(sizes);
    }

    [Fact]
    public async Task All_shapes_must_hold_and_an_owner_whose_shape_held_learns_only_that()
    {
        SealedAsset second = SealedAsset.Of([1], owner: 12, key: 0x55);
        using TaskFixture task = Shaped("n,c\n1,5\n", Table(5), (second, "second", OutputShape.TryCreate([new CsvShape("f", [new CsvInteger("n", 1), new CsvInteger("c", 1)], 0, 1, 1)], _owner.PublicKey.Encode())!));
        TaskResult result = await LocalEnclave.RunAsync(task);
        Assert.Equal(OutcomeCode.Refused, result.Receipt!.Outcome);
        SealedFileHeader header = Header(result);
        Assert.Equal(3, header.Recipients.Count);
        Assert.Equal(RefusalNote.Held, RefusalNote.TryOpen(header, task.Network, task.Task, task.Data[0].Asset.Id, _owner)! with { Beginning = default });
        Assert.Equal(ShapeRule.Rows, RefusalNote.TryOpen(header, task.Network, task.Task, second.Id, _owner)!.Rule);
        Assert.Equal(header.Recipients[1].Length, header.Recipients[2].Length);
    }

    [Fact]
    public async Task App_that_fails_is_not_judged()
    {
        SealedAsset data = SealedAsset.Of([42], owner: 11, key: 0x41);
        using TaskFixture task = TaskFixture.OfText(Apps.LastWords, limits: Limits);
        using TaskFixture shaped = new() { App = task.App, Data = [(data, "secret")], Limits = Limits, Shapes = [new TaskShape(data.Id, Table(5))] };
        Assert.Equal(OutcomeCode.AppFailed, (await LocalEnclave.RunAsync(shaped)).Receipt!.Outcome);
    }

    [Fact]
    public async Task Note_key_that_is_none_ends_the_enclave_before_it_reports()
    {
        using TaskFixture task = Shaped("n,c\n1,5\n", OutputShape.TryCreate([new JsonShape("f", new JsonType.Truth())], new byte[40])!);
        Assert.Equal(AbortReason.Recipient, (await LocalEnclave.RunAsync(task)).Reason);
    }

    private static SealedFileHeader Header(TaskResult result)
    {
        Assert.True(SealedFileHeader.TryReadSize(result.SealedResult.AsSpan(0, SealedFormat.PrefixSize), out int size));
        return SealedFileHeader.TryParse(result.SealedResult.AsSpan(0, size))!;
    }

    private static TaskFixture Shaped(string data, OutputShape shape, params (SealedAsset Asset, string Name, OutputShape Shape)[] more)
    {
        SealedAsset asset = SealedAsset.Of(Encoding.UTF8.GetBytes(data), owner: 11, key: 0x41);
        return new TaskFixture
        {
            App = SealedAsset.Of(Wasmtime.Module.ConvertText(Apps.Copy), owner: 10),
            Data = [(asset, "secret"), .. more.Select(item => (item.Asset, item.Name))],
            Limits = Limits,
            Shapes = [new TaskShape(asset.Id, shape), .. more.Select(item => new TaskShape(item.Asset.Id, item.Shape))],
        };
    }

    private OutputShape Table(long least, string file = "f") => OutputShape.TryCreate([new CsvShape(file, [new CsvInteger("n", 1), new CsvInteger("c", 1)], 1, 1, least)], _owner.PublicKey.Encode())!;

    private OutputShape Json() => OutputShape.TryCreate([new JsonShape("f", new JsonType.List(2, new JsonType.Whole(0, 9)))], _owner.PublicKey.Encode())!;
}
