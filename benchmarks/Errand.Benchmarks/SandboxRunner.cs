using System.Diagnostics;
using System.Globalization;
using System.Text;
using Errand.Enclave;
using Errand.Protocol;

namespace Errand.Benchmarks;

/// <summary>Apps in the sandbox beside the same source compiled by gcc -O2: processor-bound kernels, and what starting costs.</summary>
internal static class SandboxRunner
{
    private const int Repeats = 5;
    private static readonly (string Kernel, int Rounds)[] Kernels = [("matmul", 100), ("primes", 100), ("mix", 300), ("simd", 1000)];

    private static readonly SandboxLimits Limits = new() { Fuel = long.MaxValue / 2, MemoryBytes = 64 << 20, OutputBytes = 1 << 16, LogBytes = 4096 };

    public static int Run(string folder)
    {
        byte[] module = File.ReadAllBytes(Path.Combine(folder, "kernels.wasm"));
        string native = Path.Combine(folder, "kernels");
        using var sandbox = new WasmSandbox();
        sandbox.WarmUp();
        Console.WriteLine($"best of {Repeats}, without start and compilation:");
        foreach ((string kernel, int rounds) in Kernels)
        {
            (double inside, string result) = Best(amount => InSandbox(sandbox, module, kernel, amount), rounds);
            (double outside, string expected) = Best(amount => Natively(native, kernel, amount, Path.Combine(folder, "out")), rounds);
            if (result != expected) throw new InvalidOperationException($"{kernel}: {result} in the sandbox, {expected} outside.");
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {kernel,-8} sandbox {inside,6:F3} s   gcc -O2 {outside,6:F3} s   {inside / outside:F2} x"));
        }
        double start = Enumerable.Range(0, Repeats).Min(_ => Timed(() => InSandbox(sandbox, module, "mix", 0)).Seconds);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  an app of {module.Length / 1024} KiB compiled, started and ended: {start * 1000:F1} ms"));
        return 0;
    }

    // Time of the rounds alone: with none of them, what is left is start, compilation and end.
    private static (double Seconds, string Result) Best(Func<int, string> run, int rounds)
    {
        double with = double.MaxValue, without = double.MaxValue;
        string result = "";
        for (int i = 0; i < Repeats; i++)
        {
            without = Math.Min(without, Timed(() => run(0)).Seconds);
            (double seconds, result) = Timed(() => run(rounds));
            with = Math.Min(with, seconds);
        }
        return (with - without, result);
    }

    private static (double Seconds, string Result) Timed(Func<string> run)
    {
        var watch = Stopwatch.StartNew();
        string result = run();
        return (watch.Elapsed.TotalSeconds, result);
    }

    private static string InSandbox(WasmSandbox sandbox, byte[] module, string kernel, int rounds)
    {
        var inputs = new SandboxInputs([], ["app", kernel, rounds.ToString(CultureInfo.InvariantCulture), "/out/result"], new byte[32]);
        SandboxOutcome outcome = sandbox.Run(module, inputs, Limits) ?? throw new InvalidOperationException("The module does not fit the profile.");
        return outcome.Code == OutcomeCode.Ok ? Encoding.ASCII.GetString(outcome.Files[0].Content.Span) : throw new InvalidOperationException($"{kernel} ended as {outcome.Code}.");
    }

    private static string Natively(string program, string kernel, int rounds, string output)
    {
        using Process process = Process.Start(program, [kernel, rounds.ToString(CultureInfo.InvariantCulture), output]);
        process.WaitForExit();
        return process.ExitCode == 0 ? File.ReadAllText(output) : throw new InvalidOperationException($"{kernel} ended with {process.ExitCode}.");
    }
}
