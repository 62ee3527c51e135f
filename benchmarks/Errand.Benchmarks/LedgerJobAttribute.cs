using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Engines;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace Errand.Benchmarks;

/// <summary>A few long runs in this process: an invocation here is thousands of disk writes, not nanoseconds.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class LedgerJobAttribute(int iterationCount) : Attribute, IConfigSource
{
    public int IterationCount { get; } = iterationCount;

    public IConfig Config { get; } = ManualConfig.CreateEmpty().AddJob(
        new Job("Ledger", RunMode.Default)
            .WithToolchain(InProcessEmitToolchain.Instance)
            .WithStrategy(RunStrategy.Monitoring)
            .WithWarmupCount(1)
            .WithIterationCount(iterationCount)
            .WithInvocationCount(1)
            .WithUnrollFactor(1));
}
