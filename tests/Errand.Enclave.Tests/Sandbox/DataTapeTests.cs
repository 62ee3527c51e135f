using CsCheck;

namespace Errand.Enclave.Tests;

public sealed class DataTapeTests
{
    private static readonly byte[][] Contents = [[1, 2, 3, 4, 5, 6, 7], [], [8, 9, 10]];

    [Fact]
    public void Files_are_read_in_order_in_any_pieces()
    {
        foreach (int piece in Enumerable.Range(1, 8))
        {
            var source = new PieceSource(Contents, passes: 2, piece);
            var tape = new DataTape(source);
            var read = new List<byte>();
            for (int pass = 0; pass < 2; pass++)
                for (int file = 0; file < Contents.Length; file++) read.AddRange(ReadAll(tape, file, 3));
            Assert.Equal([.. Contents.SelectMany(content => content), .. Contents.SelectMany(content => content)], read);
            tape.Drain();
            Assert.Equal(source.Order, source.Expected);
        }
    }

    [Fact]
    public void What_lies_behind_costs_a_pass_and_is_refused_when_there_is_none()
    {
        var tape = new DataTape(new PieceSource(Contents, passes: 2, 2));
        var two = new byte[2];
        Assert.True(tape.TryRead(0, 4, two, out int count));
        Assert.Equal((2, (byte)5, (byte)6), (count, two[0], two[1]));
        // One byte back is as far as any.
        Assert.True(tape.CanReach(0, 5));
        Assert.True(tape.TryRead(0, 5, two, out count));
        Assert.Equal((2, (byte)6, (byte)7), (count, two[0], two[1]));
        Assert.False(tape.CanReach(0, 6));
        Assert.False(tape.TryRead(0, 0, two, out count));
        Assert.Equal(0, count);
        // A refusal moves nothing: what lies ahead is still there.
        Assert.True(tape.TryRead(2, 2, two, out count));
        Assert.Equal((1, (byte)10), (count, two[0]));
        Assert.False(tape.CanReach(0, 6));
    }

    [Fact]
    public void What_the_source_is_asked_for_does_not_depend_on_what_is_read() =>
        Gen.Select(Gen.Int[0, 2], Gen.Long[0, 9], Gen.Int[0, 9]).Array[0, 20].Sample(reads =>
        {
            var source = new PieceSource(Contents, passes: 3, 2);
            var tape = new DataTape(source);
            foreach ((int file, long position, int size) in reads)
            {
                if (position >= Contents[file].Length) continue;
                var destination = new byte[size];
                bool can = tape.CanReach(file, position);
                Assert.Equal(can, tape.TryRead(file, position, destination, out int count));
                byte[] expected = can ? Contents[file][(int)position..Math.Min(Contents[file].Length, (int)position + size)] : [];
                Assert.Equal(expected, destination[..count]);
            }
            tape.Drain();
            return source.Order.SequenceEqual(source.Expected);
        });

    [Theory]
    // Ten bytes read, one elsewhere by pread, then one more: pread moves nothing, and what lies behind it afterwards is refused, not answered with other bytes.
    [InlineData("(call $pread (i64.const 5)) (call $read)", new byte[] { 0, 6, (byte)WasiErrno.NotSeekable })]
    [InlineData("(call $read) (call $pread (i64.const 5)) (call $tell)", new byte[] { 0, 1, 0, 6, 0, 1 })]
    [InlineData("(call $pread (i64.const 0)) (call $read)", new byte[] { 0, 1, (byte)WasiErrno.NotSeekable })]
    [InlineData("(call $pread (i64.const 6)) (call $tell) (call $pread (i64.const 9)) (call $tell)", new byte[] { 0, 7, 0, 0, 0, 0, 0 })]
    [InlineData("(call $pread (i64.const 3)) (call $pread (i64.const 2)) (call $pread (i64.const 4))", new byte[] { 0, 4, (byte)WasiErrno.NotSeekable, 0, 5 })]
    public void Reading_at_a_place_and_telling_where_one_stands_move_nothing(string calls, byte[] log)
    {
        // Each call writes its error number and, if there is none and a byte came, the byte.
        string module = Wat.Module(
            $"""
            (data (i32.const 0) "f0")
            (func $say (param $address i32) (i32.store (i32.const 40) (local.get $address)) (i32.store (i32.const 44) (i32.const 1)) (drop (call $fd_write (i32.const 1) (i32.const 40) (i32.const 1) (i32.const 48))))
            (func $answer (param $error i32) (i32.store8 (i32.const 90) (local.get $error)) (call $say (i32.const 90))
              (if (i32.and (i32.eqz (local.get $error)) (i32.load (i32.const 52))) (then (call $say (i32.const 100)))))
            (func $read (call $answer (call $fd_read (i32.const 5) (i32.const 8) (i32.const 1) (i32.const 52))))
            (func $pread (param $at i64) (i32.store (i32.const 52) (i32.const 0)) (call $answer (call $fd_pread (i32.const 5) (i32.const 8) (i32.const 1) (local.get $at) (i32.const 52))))
            (func $tell (i32.store (i32.const 52) (i32.const 1)) (call $answer (call $fd_tell (i32.const 5) (i32.const 100))))
            (func (export "_start")
              (drop (call $path_open (i32.const 3) (i32.const 0) (i32.const 0) (i32.const 2) (i32.const 0) (i64.const -1) (i64.const -1) (i32.const 0) (i32.const 60)))
              (i32.store (i32.const 8) (i32.const 100)) (i32.store (i32.const 12) (i32.const 1))
              {calls})
            """,
            "path_open", "fd_read", "fd_pread", "fd_tell", "fd_write");
        using var sandbox = new WasmSandbox();
        SandboxOutcome outcome = sandbox.Run(Wasmtime.Module.ConvertText(module), new SandboxInputs([], ["app"], new byte[32]) { Tape = new PieceSource(Contents, passes: 1, 3) }, Wat.Limits)!;
        Assert.Equal(log, outcome.Log.ToArray());
    }

    [Fact]
    public void Nothing_read_costs_no_pass()
    {
        var tape = new DataTape(new PieceSource(Contents, passes: 1, 2));
        var handle = new TapeHandle(tape, 0, 0, Contents[0].Length);
        Assert.Equal((WasiErrno.Success, 2), (handle.Read(new byte[2], out int count), count));
        var other = new TapeHandle(tape, 0, 0, Contents[0].Length);
        Assert.Equal((WasiErrno.Success, 0), (other.Read([], out count), count));
        Assert.Equal((WasiErrno.Success, 2), (handle.Read(new byte[2], out count), count));
        Assert.Equal((WasiErrno.NotSeekable, 0), (other.Read(new byte[1], out count), count));
    }

    [Fact]
    public void Any_arguments_to_calls_on_a_streamed_file_give_an_error_number_or_end_the_run_and_all_of_it_is_read()
    {
        string[] names = ["fd_read", "fd_pread", "fd_seek", "fd_tell", "fd_filestat_get", "fd_fdstat_get", "fd_advise", "fd_write", "fd_pwrite", "fd_allocate", "fd_filestat_set_size", "fd_renumber", "fd_close"];
        Gen<int> number = Gen.OneOf(Gen.Int[-2, 70], Gen.Int[65_500, 65_540], Gen.Int, Gen.Const(int.MaxValue), Gen.Const(int.MinValue));
        Gen<long> wide = Gen.OneOf(Gen.Long[-9, 9], Gen.Long, Gen.Const(long.MaxValue), Gen.Const(long.MinValue));
        using var sandbox = new WasmSandbox();
        Gen.Select(Gen.Int[0, names.Length - 1], Gen.Int[5, 6], number.Array[9], wide.Array[3]).Array[1, 16].Sample(
            calls =>
            {
                var body = new System.Text.StringBuilder();
                // Handles 5 and 6: /data/f0 and /data/f2. Two vectors that lie in memory, for those calls that find them.
                foreach (int at in new[] { 0, 2 })
                    body.Append($"(drop (call $path_open (i32.const 3) (i32.const 0) (i32.const {at}) (i32.const 2) (i32.const 0) (i64.const -1) (i64.const -1) (i32.const 0) (i32.const 60)))");
                body.Append("(i32.store (i32.const 8) (i32.const 100)) (i32.store (i32.const 12) (i32.const 3)) (i32.store (i32.const 16) (i32.const 200)) (i32.store (i32.const 20) (i32.const 2))");
                foreach ((int index, int handle, int[] small, long[] large) in calls)
                {
                    string parameters = Wat.Functions.Single(function => function.Name == names[index]).Parameters;
                    int used = 0;
                    IEnumerable<string> arguments = parameters.Select((kind, at) => kind == 'l' ? $"(i64.const {large[used++ % 3]})" : $"(i32.const {(at == 0 ? handle : at == 1 && small[at] > 20 ? 8 : small[at])})");
                    body.Append($"(if (i32.gt_u (call ${names[index]} {string.Join(' ', arguments)}) (i32.const 76)) (then unreachable))");
                }
                string module = Wat.Module($"(data (i32.const 0) \"f0f2\") (func (export \"_start\") {body})", [.. calls.Select(call => names[call.Item1]).Append("path_open").Distinct()]);
                var source = new PieceSource(Contents, passes: 2, 2);
                SandboxOutcome outcome = sandbox.Run(Wasmtime.Module.ConvertText(module), new SandboxInputs([], ["app"], new byte[32]) { Tape = source }, Wat.Limits)!;
                return outcome.Code is Protocol.OutcomeCode.Ok or Protocol.OutcomeCode.Limit && source.Order.SequenceEqual(source.Expected);
            },
            iter: 300, threads: 1);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public void File_of_another_length_than_its_own_is_a_fault(int difference)
    {
        var source = new PieceSource(Contents, passes: 1, 2) { Difference = difference };
        Assert.Throws<InvalidOperationException>(() => new DataTape(source).Drain());
    }

    private static byte[] ReadAll(DataTape tape, int file, int size)
    {
        var all = new List<byte>();
        var piece = new byte[size];
        while (all.Count < tape.Files[file].SizeBytes && tape.TryRead(file, all.Count, piece, out int count) && count > 0) all.AddRange(piece[..count]);
        return [.. all];
    }

    private sealed class PieceSource(byte[][] contents, int passes, int piece) : ITapeSource
    {
        private int _file, _position;

        public int Difference { get; init; }

        public List<int> Order { get; } = [];

        public List<int> Expected => [.. Enumerable.Range(0, passes * contents.Length).Select(number => number % contents.Length)];

        public IReadOnlyList<TapeFile> Files => [.. contents.Select((content, index) => new TapeFile($"f{index}", content.Length + Difference))];

        public int Passes => passes;

        public ReadOnlyMemory<byte> ReadNext()
        {
            byte[] content = contents[_file % contents.Length];
            int count = Math.Min(piece, content.Length - _position);
            ReadOnlyMemory<byte> next = content.AsMemory(_position, count);
            _position += count;
            if (count > 0) return next;
            Order.Add(_file % contents.Length);
            _file++;
            _position = 0;
            return default;
        }
    }
}
