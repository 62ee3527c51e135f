using System.Text;
using CsCheck;
using Errand.Protocol;

namespace Errand.Enclave.Tests;

/// <summary>Folders in /data: what an app sees of them, held in memory and on a tape.</summary>
public sealed class FolderTests
{
    private static readonly SandboxLimits Limits = Wat.Limits with { Fuel = 2_000_000_000, OutputBytes = 32 << 20 };

    private static readonly (string Path, byte[]? Content)[] Files =
    [
        ("b/é 漢.txt", "unicode"u8.ToArray()), ("a.csv", "1,2\n"u8.ToArray()), ("a/one.csv", "first"u8.ToArray()), ("a/deep/er/two.csv", [.. Enumerable.Range(0, 100_000).Select(i => (byte)(i * 7 % 256))]),
        ("empty", []), ("nothing", null), ("b/none", null),
    ];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void App_walks_a_folder_and_reads_every_file(bool streamed)
    {
        string list = Run(Files, streamed, out SandboxOutcome outcome);
        Assert.True(outcome.Code == OutcomeCode.Ok, Encoding.UTF8.GetString(outcome.Log.Span));
        Assert.Equal(Expected(Files), list);
        Assert.Equal("ending,files,bytes\n,1,0\ncsv,3,100009\ntxt,1,7\n", Encoding.UTF8.GetString(outcome.Files.Single(file => file.Name == "tally.csv").Content.Span));
    }

    [Fact]
    public void Any_tree_is_seen_as_it_is() => Gen.Select(Gen.String[Gen.Char["ab"], 1, 2].Array[1, 5], Gen.Byte.Array[0, 300]).Select((names, content) => (Path: string.Join('/', names), Content: (byte[]?)content))
        .Array[1, 12].Sample(files =>
        {
            if (FolderIndex.TryMake(files.Select(file => (file.Path, (long?)file.Content!.Length))) is null) return;
            string expected = Expected(files);
            Assert.Equal(expected, Run(files, streamed: false, out _));
            Assert.Equal(expected, Run(files, streamed: true, out _));
        }, iter: 30);

    [Fact]
    public void Listing_many_entries_costs_no_more_than_it_gives()
    {
        (string, byte[]?)[] many = [.. Enumerable.Range(0, FolderIndex.CountMax).Select(i => ($"{i:x4}", (byte[]?)[]))];
        string list = Run(many, streamed: false, out SandboxOutcome outcome);
        Assert.Equal(OutcomeCode.Ok, outcome.Code);
        Assert.Equal(FolderIndex.CountMax, list.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Theory]
    [InlineData("t/a/one.csv", 0)]
    [InlineData("t//a/./one.csv", 0)]
    [InlineData("t/a", 0)]
    [InlineData("t", 0)]
    [InlineData("t/nothing", 0)]
    [InlineData("t/a/..", 76)]
    [InlineData("t/a/../a.csv", 76)]
    [InlineData("t/../t/a.csv", 76)]
    [InlineData("t/a.csv/x", 54)]
    [InlineData("t/a/one.csv/x", 54)]
    [InlineData("t/missing", 44)]
    [InlineData("t/missing/x", 44)]
    [InlineData("t/A.csv", 44)]
    [InlineData("a.csv", 44)]
    public void Path_is_opened_or_refused_by_what_is_there(string path, int error) => Assert.Equal(error, Call("path_open", path, "(i32.const 0) (i64.const -1) (i64.const -1) (i32.const 0) (i32.const 900)"));

    [Theory]
    [InlineData("t/a", 2, 0)] // as a folder
    [InlineData("t/a.csv", 2, 54)]
    [InlineData("t/new", 1, 69)]
    [InlineData("t/a", 1, 69)]
    [InlineData("t/a.csv", 8, 69)]
    public void Nothing_is_made_or_cut_below_data(string path, int flags, int error) => Assert.Equal(error, Call("path_open", path, $"(i32.const {flags}) (i64.const -1) (i64.const -1) (i32.const 0) (i32.const 900)"));

    [Theory]
    [InlineData("path_unlink_file", "t/a.csv", 69)]
    [InlineData("path_unlink_file", "t/a", 69)]
    [InlineData("path_create_directory", "t/new", 69)]
    [InlineData("path_remove_directory", "t/a", 69)]
    [InlineData("path_remove_directory", "t/a.csv", 54)]
    public void Nothing_is_changed_below_data(string call, string path, int error) => Assert.Equal(error, Wat.Call(call, $"(i32.const 3) (i32.const 0) (i32.const {path.Length})", "", $"(data (i32.const 0) \"{path}\")", Inputs(Files, false)));

    [Fact]
    public void Folder_that_was_opened_is_one_to_open_in_and_not_one_found_open()
    {
        const string Open = "(drop (call $path_open (i32.const 3) (i32.const 0) (i32.const 0) (i32.const 3) (i32.const 2) (i64.const -1) (i64.const -1) (i32.const 0) (i32.const 900)))";
        const string Data = "(data (i32.const 0) \"t/aone.csv..\")";
        int Try(string call, string arguments) => Wat.Call(call, arguments, Open, Data, Inputs(Files, false), "path_open");
        Assert.Equal(0, Try("path_open", "(i32.const 5) (i32.const 0) (i32.const 3) (i32.const 7) (i32.const 0) (i64.const -1) (i64.const -1) (i32.const 0) (i32.const 904)"));
        Assert.Equal(76, Try("path_open", "(i32.const 5) (i32.const 0) (i32.const 10) (i32.const 2) (i32.const 0) (i64.const -1) (i64.const -1) (i32.const 0) (i32.const 904)"));
        Assert.Equal(8, Try("fd_prestat_get", "(i32.const 5) (i32.const 904)"));
        Assert.Equal(8, Try("fd_prestat_dir_name", "(i32.const 5) (i32.const 904) (i32.const 100)"));
        Assert.Equal(0, Try("fd_readdir", "(i32.const 5) (i32.const 1000) (i32.const 100) (i64.const 0) (i32.const 904)"));
        Assert.Equal(76, Try("fd_read", "(i32.const 5) (i32.const 1000) (i32.const 1) (i32.const 904)"));
    }

    [Fact]
    public void Folder_and_file_of_one_name_are_a_fault_of_the_caller()
    {
        SandboxInputs inputs = Inputs(Files, false);
        Assert.Throws<ArgumentException>(() => Run(inputs with { Files = [new SandboxFile("t", new byte[1])] }));
        Assert.Throws<ArgumentException>(() => Run(inputs with { Folders = [new SandboxFolder("a/b", inputs.Folders[0].Index, inputs.Folders[0].Content)] }));
        Assert.Throws<ArgumentException>(() => Run(inputs with { Folders = [new SandboxFolder("t", inputs.Folders[0].Index, inputs.Folders[0].Content[1..])] }));
    }

    internal static byte[] Plaintext((string Path, byte[]? Content)[] files, out FolderIndex index)
    {
        index = FolderIndex.TryMake(files.Select(file => (file.Path, (long?)file.Content?.Length)))!;
        return [.. index.Encode(), .. index.Entries.SelectMany(entry => files.Single(file => file.Path == entry.Path).Content ?? [])];
    }

    internal static string Expected((string Path, byte[]? Content)[] files)
    {
        _ = Plaintext(files, out FolderIndex index);
        return string.Concat(index.Entries.Select(entry => entry.SizeBytes is { } size ? $"/data/t/{entry.Path} {size} {Hash(files.Single(file => file.Path == entry.Path).Content!):x16}\n" : $"/data/t/{entry.Path}/\n"));
    }

    private static int Call(string call, string path, string rest)
    {
        byte[] text = Encoding.UTF8.GetBytes(path);
        return Wat.Call(call, $"(i32.const 3) (i32.const 0) (i32.const 0) (i32.const {text.Length}) {rest}", "", $"(data (i32.const 0) \"{path}\")", Inputs(Files, false));
    }

    private static ulong Hash(byte[] content) => content.Aggregate(14695981039346656037ul, (hash, value) => unchecked((hash ^ value) * 1099511628211ul));

    private static string Run((string Path, byte[]? Content)[] files, bool streamed, out SandboxOutcome outcome)
    {
        outcome = Run(Inputs(files, streamed));
        return outcome.Files.SingleOrDefault(file => file.Name == "list.txt") is { } list ? Encoding.UTF8.GetString(list.Content.Span) : "";
    }

    private static SandboxOutcome Run(SandboxInputs inputs)
    {
        using var sandbox = new WasmSandbox();
        return sandbox.Run(Samples.Module("tally"), inputs, Limits)!;
    }

    private static SandboxInputs Inputs((string Path, byte[]? Content)[] files, bool streamed)
    {
        byte[] plaintext = Plaintext(files, out FolderIndex index);
        var inputs = new SandboxInputs([], ["app", "--list", "t"], new byte[32]);
        return streamed
            ? inputs with { Tape = new OneFolder(plaintext, index) }
            : inputs with { Folders = [new SandboxFolder("t", index, plaintext.AsMemory(plaintext.Length - (int)index.ContentBytes))] };
    }

    private sealed class OneFolder(byte[] plaintext, FolderIndex index) : ITapeSource
    {
        private int _given;

        public IReadOnlyList<TapeFile> Files => [new TapeFile("t", plaintext.Length, index)];

        public int Passes => 1;

        public ReadOnlyMemory<byte> ReadNext()
        {
            ReadOnlyMemory<byte> piece = plaintext.AsMemory(_given, Math.Min(1000, plaintext.Length - _given));
            _given += piece.Length;
            return piece;
        }
    }
}
