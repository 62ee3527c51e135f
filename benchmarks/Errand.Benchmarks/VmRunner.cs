using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Errand.Cryptography;
using Errand.Enclave;

namespace Errand.Benchmarks;

/// <summary>An enclave as a virtual machine beside one as a process: start, a task's phases, memory, the channel, and how fast an app runs.</summary>
internal static class VmRunner
{
    private const int Repeats = 3, ChannelBytes = 64 << 20, Rounds = 300;

    public static async Task<int> RunAsync(string image, string guests)
    {
        VmImage files = VmImage.Open(image);
        foreach (string file in new[] { files.Kernel, files.Initrd }) Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {Path.GetFileName(file),-32} {new FileInfo(file).Length / 1e6,8:F1} MB"));
        byte[] kernels = await File.ReadAllBytesAsync(Path.Combine(guests, "kernels.wasm")).ConfigureAwait(false);
        var machines = new VmEnclaveOptions { Image = files, Profile = VmProfile.Emulated with { MemoryMiB = 512 }, Warn = _ => { } };
        var processes = new ProcessEnclaveOptions { Folder = EnclaveImage.FindFolder(), Warn = _ => { } };
        await MeasureAsync("machine", () => new VmEnclaveLauncher(machines), () => new VmEnclaveLauncher(machines with { Standby = true, Profile = VmProfile.Emulated }), kernels).ConfigureAwait(false);
        await MeasureAsync("process", () => new ProcessEnclaveLauncher(processes), () => new ProcessEnclaveLauncher(processes with { Standby = true }), kernels).ConfigureAwait(false);
        return 0;
    }

    private static async Task MeasureAsync(string what, Func<IEnclaveLauncher> cold, Func<IEnclaveLauncher> ahead, byte[] kernels)
    {
        using ContentKey key = ContentKey.Generate();
        var small = new MemoryStream(SealedFile.Seal([1], key, null, out SealedFileInfo smallInfo));
        using var none = new EnclaveTask(kernels, small, smallInfo.ContentId, key, "mix", "0", "/out/r");
        using var work = new EnclaveTask(kernels, small, smallInfo.ContentId, key, "mix", Rounds.ToString(CultureInfo.InvariantCulture), "/out/r");
        using var empty = new EnclaveTask(Wasmtime.Module.ConvertText("""(module (memory (export "memory") 1) (func (export "_start")))"""), small, smallInfo.ContentId, key);
        var large = new MemoryStream(SealedFile.Seal(RandomNumberGenerator.GetBytes(ChannelBytes), key, null, out SealedFileInfo largeInfo));
        using var channel = new EnclaveTask(kernels, large, largeInfo.ContentId, key, "mix", "0", "/out/r");

        Console.WriteLine($"{what}, median of {Repeats}:");
        List<Life> lives = await RepeatAsync(cold, none, 0).ConfigureAwait(false);
        Print("cold: start to hello", lives.Select(life => life.Start));
        Print("report data made, report taken", lives.Select(life => life.Report));
        Print("sealed app and 1 byte taken in", lives.Select(life => life.Inputs));
        Print("keys, run of nothing, result", lives.Select(life => life.Run));
        Print("destroyed", lives.Select(life => life.End));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {"resident at most",-32} {lives.Max(life => life.Peak) >> 20,8} MiB"));
        List<Life> ready = await RepeatAsync(ahead, none, 20).ConfigureAwait(false);
        Print("standby: asked for to result", ready.Select(life => life.Start + life.Report + life.Inputs + life.Run));
        List<Life> nothing = await RepeatAsync(ahead, empty, 20).ConfigureAwait(false);
        Print("the same with an app of 60 bytes", nothing.Select(life => life.Start + life.Report + life.Inputs + life.Run));
        double seconds = Median((await RepeatAsync(cold, channel, 0).ConfigureAwait(false)).Select(life => life.Inputs));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {"64 MiB taken in and hashed",-32} {ChannelBytes / seconds / 1e6,8:F0} MB/s"));
        double run = Median((await RepeatAsync(cold, work, 0).ConfigureAwait(false)).Select(life => life.Run)) - Median(lives.Select(life => life.Run));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {"300 M rounds of mixing words",-32} {run * 1000,8:F0} ms"));
    }

    private static async Task<List<Life>> RepeatAsync(Func<IEnclaveLauncher> make, EnclaveTask task, int secondsAhead)
    {
        var lives = new List<Life>();
        for (int i = 0; i < Repeats; i++)
        {
            IEnclaveLauncher launcher = make();
            await using var closing = launcher.ConfigureAwait(false);
            await Task.Delay(TimeSpan.FromSeconds(secondsAhead)).ConfigureAwait(false);
            var watch = Stopwatch.StartNew();
            EnclaveAnswer<IEnclaveSession> answer = await launcher.LaunchAsync(CancellationToken.None).ConfigureAwait(false);
            IEnclaveSession session = answer.Value ?? throw new InvalidOperationException(answer.Reason.Code());
            double start = watch.Elapsed.TotalSeconds;
            long peak = 0;
            (_, TimeSpan report, TimeSpan inputs, TimeSpan run) = await task.RunAsync(session, bytes => peak = Math.Max(peak, bytes)).ConfigureAwait(false);
            watch.Restart();
            await session.DisposeAsync().ConfigureAwait(false);
            lives.Add(new Life(start, report.TotalSeconds, inputs.TotalSeconds, run.TotalSeconds, watch.Elapsed.TotalSeconds, peak));
        }
        return lives;
    }

    private static void Print(string what, IEnumerable<double> seconds) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {what,-32} {Median(seconds) * 1000,8:F0} ms"));

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(Repeats / 2);

    private sealed record Life(double Start, double Report, double Inputs, double Run, double End, long Peak);
}
