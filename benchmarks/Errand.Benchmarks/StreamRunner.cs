using System.Diagnostics;
using System.Globalization;
using Errand.Cryptography;
using Errand.Enclave;
using Errand.Primitives;

namespace Errand.Benchmarks;

/// <summary>A large file sealed, verified, resealed and read by an app in an enclave's process, with the memory that each takes; beside the same program reading the clear file.</summary>
internal sealed class StreamRunner : IDisposable
{
    private readonly string _folder;
    private readonly long _size;
    private readonly ContentKey _key = ContentKey.Generate();
    private ContentId _content;

    private StreamRunner(string folder)
    {
        _folder = folder;
        _size = new FileInfo(At("clear")).Length;
    }

    public static async Task<int> RunAsync(string folder)
    {
        using var runner = new StreamRunner(folder);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"a file of {runner._size / (double)(1 << 30):F1} GiB:"));
        runner.Seal();
        string native = runner.ReadNatively();
        string enclave = await runner.ReadInEnclaveAsync().ConfigureAwait(false);
        return native == enclave ? 0 : throw new InvalidOperationException($"'{enclave}' in the enclave, '{native}' outside.");
    }

    public void Dispose() => _key.Dispose();

    private void Seal()
    {
        using FileStream clear = File.OpenRead(At("clear"));
        using var file = new FileStream(At("sealed"), FileMode.Create, FileAccess.ReadWrite);
        var options = new SealOptions { Workers = Environment.ProcessorCount };
        Measure("seal", () => _content = Good(SealedFile.Seal(clear, _size, file, _key, options)));
        file.Position = 0;
        Measure("verify without a key", () => Good(SealedFile.Verify(file, _content, Environment.ProcessorCount)));
        using ContentKey another = ContentKey.Generate();
        using var again = new FileStream(At("resealed"), FileMode.Create, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose);
        file.Position = 0;
        Measure("reseal under another key", () => Good(SealedFile.Reseal(file, _key, _content, again, another, Environment.ProcessorCount)));
    }

    private string ReadNatively()
    {
        double seconds = Enumerable.Range(0, 2).Min(_ =>
        {
            var watch = Stopwatch.StartNew();
            using Process process = Process.Start(At("readall"), [At("clear"), At("out")]);
            process.WaitForExit();
            return process.ExitCode == 0 ? watch.Elapsed.TotalSeconds : throw new InvalidOperationException("The native program failed.");
        });
        Print("read the clear file, gcc -O2", seconds, null);
        return File.ReadAllText(At("out"));
    }

    private async Task<string> ReadInEnclaveAsync()
    {
        var launcher = new ProcessEnclaveLauncher(new ProcessEnclaveOptions { Folder = EnclaveImage.FindFolder(), Warn = _ => { } });
        await using var closing = launcher.ConfigureAwait(false);
        IEnclaveSession session = (await launcher.LaunchAsync(CancellationToken.None).ConfigureAwait(false)).Value!;
        await using var ending = session.ConfigureAwait(false);
        using FileStream file = File.OpenRead(At("sealed"));
        using var task = new EnclaveTask(await File.ReadAllBytesAsync(At("readall.wasm")).ConfigureAwait(false), file, _content, _key, "/data/data", "/out/sum");
        long peak = 0;
        (string output, _, TimeSpan inputs, TimeSpan run) = await task.RunAsync(session, bytes => peak = Math.Max(peak, bytes)).ConfigureAwait(false);
        Print("enclave: take in and hash", inputs.TotalSeconds, null);
        Print("enclave: app reads all of it", run.TotalSeconds, peak);
        return output;
    }

    private void Measure(string what, Action action)
    {
        var watch = Stopwatch.StartNew();
        action();
        using Process own = Process.GetCurrentProcess();
        Print(what, watch.Elapsed.TotalSeconds, own.PeakWorkingSet64);
    }

    private void Print(string what, double seconds, long? peak) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"  {what,-32} {seconds,7:F1} s   {_size / seconds / 1e9:F2} GB/s{(peak is { } bytes ? $"   resident at most {bytes >> 20} MiB" : "")}"));

    private static ContentId Good(SealingResult result) => result.Succeeded ? result.Info.ContentId : throw new InvalidOperationException(result.Failure.ToString());

    private string At(string name) => Path.Combine(_folder, name);
}
