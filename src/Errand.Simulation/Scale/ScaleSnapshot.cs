using System.Diagnostics;
using Errand.Protocol;

namespace Errand.Simulation;

/// <summary>What writing a state to a file and reading it again takes.</summary>
/// <param name="SizeBytes">Size of the file.</param>
/// <param name="Save">Time to write it.</param>
/// <param name="Load">Time to read it and to check its root, until the state folds on.</param>
/// <param name="LoadedBytes">Live bytes of the state that was read.</param>
internal sealed record ScaleSnapshot(long SizeBytes, TimeSpan Save, TimeSpan Load, long LoadedBytes)
{
    public static ScaleSnapshot Measure(ScaleNetwork network)
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        using var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, BufferSize = 1 << 16, Options = FileOptions.DeleteOnClose });
        var watch = Stopwatch.StartNew();
        network.State.Save(file);
        file.Flush();
        TimeSpan save = watch.Elapsed;
        long size = file.Position;
        file.Position = 0;
        long before = LiveBytes();
        watch.Restart();
        SnapshotError error = NetworkState.TryLoad(network.Genesis, file, network.State.Root(), out NetworkState? loaded);
        TimeSpan load = watch.Elapsed;
        if (error != SnapshotError.None || loaded!.Root() != network.State.Root()) throw new InvalidOperationException($"The snapshot gives another state: {error}.");
        long bytes = LiveBytes() - before;
        GC.KeepAlive(loaded);
        GC.KeepAlive(network);
        return new ScaleSnapshot(size, save, load, bytes);
    }

    /// <summary>Bytes of everything that is reachable.</summary>
    public static long LiveBytes()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
