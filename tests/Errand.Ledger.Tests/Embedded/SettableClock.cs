namespace Errand.Ledger.Tests;

/// <summary>A wall clock that can be set, backwards too; timers run on the real one.</summary>
internal sealed class SettableClock(long milliseconds) : TimeProvider
{
    internal long Milliseconds { get; set; } = milliseconds;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(Milliseconds);
}
