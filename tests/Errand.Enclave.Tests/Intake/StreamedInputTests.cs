using System.Buffers.Binary;
using System.Security.Cryptography;
using Errand.Cryptography;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Enclave.Tests;

/// <summary>Data too large for an enclave's memory; here that begins at a few kilobytes.</summary>
public sealed class StreamedInputTests
{
    private const int Size = 300_000;
    private static readonly byte[] Data = RandomNumberGenerator.GetBytes(Size);

    // Opens /data/secret (5) and /out/f (6), adds up all bytes as often as the loop says, and writes the sum and the last error of fd_seek.
    private static string Sums(int times, string between = "") => Wat.Module(
        $"""
        (data (i32.const 0) "secretf")
        (func (export "_start") (local $sum i64) (local $i i32) (local $times i32)
          (if (call $path_open (i32.const 3) (i32.const 0) (i32.const 0) (i32.const 6) (i32.const 0) (i64.const -1) (i64.const -1) (i32.const 0) (i32.const 16)) (then unreachable))
          (if (call $path_open (i32.const 4) (i32.const 0) (i32.const 6) (i32.const 1) (i32.const 1) (i64.const -1) (i64.const -1) (i32.const 0) (i32.const 16)) (then unreachable))
          (i32.store (i32.const 32) (i32.const 8192)) (i32.store (i32.const 36) (i32.const 5000))
          (local.set $times (i32.const {times}))
          (block $done (loop $again
            (br_if $done (i32.eqz (local.get $times)))
            (block $end (loop $read
              (if (call $fd_read (i32.const 5) (i32.const 32) (i32.const 1) (i32.const 48)) (then unreachable))
              (br_if $end (i32.eqz (i32.load (i32.const 48))))
              (local.set $i (i32.const 0))
              (loop $add
                (local.set $sum (i64.add (local.get $sum) (i64.load8_u (i32.add (i32.const 8192) (local.get $i)))))
                (br_if $add (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.load (i32.const 48)))))
              (br $read)))
            (i32.store (i32.const 1032) (call $fd_seek (i32.const 5) (i64.const 0) (i32.const 0) (i32.const 1048)))
            (local.set $times (i32.sub (local.get $times) (i32.const 1)))
            (br $again)))
          {between}
          (i64.store (i32.const 1024) (local.get $sum))
          (i32.store (i32.const 32) (i32.const 1024)) (i32.store (i32.const 36) (i32.const 12)) (drop (call $fd_write (i32.const 6) (i32.const 32) (i32.const 1) (i32.const 48))))
        """,
        "path_open", "fd_read", "fd_write", "fd_seek");

    private static TaskFixture Of(string app, int passes = 1, ulong? fuel = null) =>
        TaskFixture.OfText(app, Data, TaskFixture.DefaultLimits with { Passes = passes, Fuel = fuel ?? TaskFixture.DefaultLimits.Fuel });

    // Room for the app and nothing else.
    private static long Room(TaskFixture task) => task.App.File.Length;

    private static (long Sum, int Error) Read(TaskResult result)
    {
        byte[] file = result.File("f");
        return (BinaryPrimitives.ReadInt64LittleEndian(file), BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(8)));
    }

    [Fact]
    public async Task Streamed_and_held_data_give_the_same_result()
    {
        using TaskFixture task = Of(Sums(1));
        TaskResult held = await LocalEnclave.RunAsync(task);
        TaskResult streamed = await LocalEnclave.RunAsync(task, Room(task));
        Assert.Equal((Data.Sum(value => (long)value), 0), Read(held));
        // Only going back differs: nothing is left to go back to.
        Assert.Equal((Data.Sum(value => (long)value), (int)WasiErrno.NotSeekable), Read(streamed));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public async Task App_reads_as_often_as_the_task_says_and_no_oftener(int passes)
    {
        using TaskFixture task = Of(Sums(passes), passes);
        (long sum, int error) = Read(await LocalEnclave.RunAsync(task, Room(task)));
        Assert.Equal((passes * Data.Sum(value => (long)value), (int)WasiErrno.NotSeekable), (sum, error));
        using TaskFixture less = Of(Sums(passes - 1), passes);
        Assert.Equal(((passes - 1) * Data.Sum(value => (long)value), 0), Read(await LocalEnclave.RunAsync(less, Room(less))));
    }

    [Theory]
    [InlineData("all", OutcomeCode.Ok)]
    [InlineData("none", OutcomeCode.Ok)]
    [InlineData("trap", OutcomeCode.AppFailed)]
    [InlineData("fuel", OutcomeCode.Limit)]
    public async Task All_of_it_is_read_whatever_the_app_does(string what, OutcomeCode outcome)
    {
        using TaskFixture task = what == "fuel" ? Of(Sums(1), 3, 100_000) : Of(Sums(what == "all" ? 1 : 0, what == "trap" ? "unreachable" : ""), 3);
        using var file = new CountingFile(task.Data[0].Asset.File);
        (LocalEnclave enclave, IEnclaveSession session) = await LocalEnclave.LaunchAsync(Room(task));
        await using (session)
        {
            TaskResult result = await RunAsync(task, session, file);
            Assert.Equal(AbortReason.None, result.Reason);
            Assert.Equal(outcome, result.Receipt!.Outcome);
            // Once when it was taken in, and three passes.
            Assert.Equal(4 * file.Length, file.BytesRead);
            Assert.True(enclave.Join());
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(40)]
    [InlineData(150_000)]
    [InlineData(-1)]
    public async Task File_that_changes_after_it_was_taken_in_ends_the_run_without_a_result(int at)
    {
        using TaskFixture task = Of(Sums(0));
        byte[] sealedFile = [.. task.Data[0].Asset.File];
        using var file = new CountingFile(sealedFile);
        (LocalEnclave enclave, IEnclaveSession session) = await LocalEnclave.LaunchAsync(Room(task));
        await using (session)
        {
            file.Rewound = times => sealedFile[at < 0 ? ^1 : at] ^= (byte)(times == 2 ? 1 : 0);
            Assert.Equal(AbortReason.Stream, (await RunAsync(task, session, file)).Reason);
            Assert.True(enclave.Join());
            Assert.Equal("errand-enclave: abort/stream", enclave.Diagnostics.Trim());
        }
    }

    [Fact]
    public async Task Owner_s_other_chunks_under_the_same_key_and_header_are_found_before_the_app_sees_them()
    {
        byte[] data = RandomNumberGenerator.GetBytes(3_000_000);
        using TaskFixture task = TaskFixture.OfText(Sums(1), data);
        // The same key, salt and length: each chunk would open, and it is another file than the task names.
        using SealedAsset other = SealedAsset.Of([.. data.Select(value => (byte)(value ^ 0xFF))], owner: 11, 0x41);
        Assert.Equal(task.Data[0].Asset.File[..90], other.File[..90]);
        using var file = new CountingFile(task.Data[0].Asset.File);
        (_, IEnclaveSession session) = await LocalEnclave.LaunchAsync(Room(task));
        await using (session)
        {
            file.Rewound = times => file.Bytes = times == 2 ? other.File : file.Bytes;
            Assert.Equal(AbortReason.Stream, (await RunAsync(task, session, file)).Reason);
            // The first chunk ended it: what was asked for ahead is all that was read of the second file.
            Assert.InRange(file.BytesRead - file.Length, 1, ChunkFlow.AheadMax * FrameFormat.ChunkSizeMax);
        }
    }

    [Fact]
    public async Task File_that_is_another_from_the_start_is_refused_before_any_key_comes()
    {
        using TaskFixture task = Of(Sums(1));
        byte[] other = [.. task.Data[0].Asset.File];
        other[^1] ^= 1;
        (_, IEnclaveSession session) = await LocalEnclave.LaunchAsync(Room(task));
        await using (session)
        {
            await session.StartAsync(task.Start, TaskFixture.Cancellation);
            await session.ProvideReportAsync(task.ReportBytes, TaskFixture.Cancellation);
            Assert.Equal(AbortReason.ContentId, await session.ProvideInputsAsync([task.App.ToInput(), task.Data[0].Asset.WithFile(other).ToInput()], TaskFixture.Cancellation));
        }
    }

    [Fact]
    public async Task Wrong_key_for_streamed_data_is_found_before_the_run()
    {
        using TaskFixture task = Of(Sums(1));
        (_, IEnclaveSession session) = await LocalEnclave.LaunchAsync(Room(task));
        await using (session)
        {
            (_, EnclaveMessage.ReportRequest? enclave) = await task.PrepareAsync(session);
            Assert.Equal(AbortReason.None, await session.SendReleaseAsync(task.App.Id, task.Release(task.App, enclave!), TaskFixture.Cancellation));
            SealedAsset data = task.Data[0].Asset;
            Assert.Equal(AbortReason.KeyCommitment, await session.SendReleaseAsync(data.Id, task.Release(data, enclave!, task.App.Key), TaskFixture.Cancellation));
        }
    }

    [Fact]
    public async Task File_that_its_own_sealer_made_bad_is_the_sealer_s_fault()
    {
        // A flipped tag, and the content id of just that file.
        using TaskFixture good = Of(Sums(1));
        byte[] bad = [.. good.Data[0].Asset.File];
        bad[^1] ^= 1;
        ContentId content = SealedFile.Verify(new MemoryStream(bad), null).Info!.ContentId;
        using var task = new TaskFixture { App = good.App, Data = [(good.Data[0].Asset with { File = bad, Content = content }, "secret")] };
        Assert.Equal(AbortReason.SealedFile, (await LocalEnclave.RunAsync(task, Room(task))).Reason);
    }

    [Fact]
    public async Task Two_streamed_files_come_one_after_the_other()
    {
        byte[] first = RandomNumberGenerator.GetBytes(100_000), second = RandomNumberGenerator.GetBytes(70_000);
        using var task = new TaskFixture
        {
            App = SealedAsset.Of(Wasmtime.Module.ConvertText(Sums(1)), owner: 20),
            Data = [(SealedAsset.Of(first, owner: 21), "before"), (SealedAsset.Of(second, owner: 22), "secret")],
        };
        // The app reads the second only: the first is passed over, and is behind it then.
        Assert.Equal(second.Sum(value => (long)value), Read(await LocalEnclave.RunAsync(task, Room(task))).Sum);
    }

    [Fact]
    public async Task Enclave_does_not_outlive_a_host_that_goes_away_while_the_app_computes()
    {
        using TaskFixture task = Of(Sums(0, "(loop $l (br $l))"), 1, (ulong)long.MaxValue);
        EnclaveProcess process = EnclaveProcess.Start(EnclaveImage.FindFolder());
        await using (process)
        {
            var channel = new HostChannel(process.Input, process.Output);
            Assert.True(await channel.WaitForHelloAsync(TaskFixture.Cancellation));
            var session = new EnclaveSession(channel, process);
            (_, EnclaveMessage.ReportRequest? enclave) = await task.PrepareAsync(session);
            foreach (SealedAsset asset in task.Assets) await session.SendReleaseAsync(asset.Id, task.Release(asset, enclave!), TaskFixture.Cancellation);
            process.Input.Dispose();
            using var system = System.Diagnostics.Process.GetProcessById(process.Id);
            await system.WaitForExitAsync(TaskFixture.Cancellation).WaitAsync(TimeSpan.FromSeconds(60), TaskFixture.Cancellation);
        }
    }

    [Fact]
    public async Task File_larger_than_an_enclave_s_memory_goes_through_a_process_in_bounded_memory()
    {
        EnclaveProcess process = EnclaveProcess.Start(EnclaveImage.FindFolder());
        var channel = new HostChannel(process.Input, process.Output);
        Assert.True(await channel.WaitForHelloAsync(TaskFixture.Cancellation));
        await using var session = new EnclaveSession(channel, process);
        Assert.InRange(await LargeFileAsync(session, 300L << 20), 10_000, 300_000);
    }

    /// <summary>A task over one file that an enclave does not hold in memory; its sum is checked.</summary>
    /// <returns>Kilobytes that the enclave's process had resident at most.</returns>
    internal static async Task<long> LargeFileAsync(EnclaveSession session, long size)
    {
        string folder = Directory.CreateTempSubdirectory("errand-test-").FullName;
        try
        {
            using var sealedFile = new FileStream(Path.Combine(folder, "large"), FileMode.CreateNew, FileAccess.ReadWrite);
            using ContentKey key = ContentKey.Generate();
            using var owner = SigningKey.Generate();
            SealedFileInfo info = SealedFile.Seal(new CountingFile(new byte[1]) { Repeats = size }, size, sealedFile, key).Info!;
            var asset = new SealedAsset(owner, key, [], [], info.ContentId);
            using var task = new TaskFixture { App = SealedAsset.Of(Wasmtime.Module.ConvertText(Sums(1)), owner: 10), Data = [(asset, "secret")] };
            Task<TaskResult> run = task.RunAsync(session, [task.App.ToInput(), asset.ToInput() with { Ciphertext = sealedFile, SizeBytes = sealedFile.Length }]);
            long peak = 0;
            while (!run.IsCompleted)
            {
                peak = Math.Max(peak, PeakKilobytes(session.Enclave.Id));
                await Task.WhenAny(run, Task.Delay(20, TaskFixture.Cancellation));
            }
            // One byte in each 4 KiB is 1, the others are 0: CountingFile.
            Assert.Equal((size / CountingFile.RepeatSize, (int)WasiErrno.NotSeekable), Read(await run));
            return peak;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static long PeakKilobytes(int process)
    {
        string status = $"/proc/{process}/status";
        string? line = File.Exists(status) ? File.ReadLines(status).FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)) : null;
        return line is null ? 0 : long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture);
    }

    private static Task<TaskResult> RunAsync(TaskFixture task, IEnclaveSession session, CountingFile file) =>
        task.RunAsync(session, [task.App.ToInput(), task.Data[0].Asset.ToInput() with { Ciphertext = file }]);
}
