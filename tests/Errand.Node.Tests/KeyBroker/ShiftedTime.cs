namespace Errand.Node.Tests;

/// <summary>The system's clock, ahead or behind by a fixed time from a moment on.</summary>
internal sealed class ShiftedTime : TimeProvider
{
    public TimeSpan Shift { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Shift;
}
