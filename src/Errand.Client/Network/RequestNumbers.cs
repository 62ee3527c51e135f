namespace Errand.Client;

/// <summary>Numbers for requests: microseconds since 1970, or one more than the last. Thread-safe.</summary>
internal sealed class RequestNumbers(TimeProvider time)
{
    private readonly Lock _lock = new();
    private ulong _last;

    internal void StartAbove(ulong floor)
    {
        lock (_lock) _last = Math.Max(_last, floor);
    }

    internal ulong Next()
    {
        lock (_lock) return _last = Math.Max(_last + 1, (ulong)time.GetUtcNow().ToUnixTimeMilliseconds() * 1000);
    }
}
