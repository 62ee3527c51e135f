namespace Errand.Simulation;

/// <summary>Virtual time: what is to happen, in the order of (time, sequence). One thread; nothing happens but by an event.</summary>
internal sealed class EventQueue(long startMilliseconds)
{
    private readonly PriorityQueue<Action, (long Time, long Sequence)> _events = new();
    private long _sequence;

    /// <summary>Virtual time, milliseconds since 1970.</summary>
    public long Now { get; private set; } = startMilliseconds;

    /// <summary>Events that have happened.</summary>
    public long Count { get; private set; }

    public void After(long milliseconds, Action happen) => _events.Enqueue(happen, (Now + Math.Max(0, milliseconds), _sequence++));

    public void At(long time, Action happen) => After(time - Now, happen);

    /// <summary>Lets the next event happen; false when there is none up to <paramref name="until"/>.</summary>
    public bool Step(long until)
    {
        if (!_events.TryPeek(out Action? happen, out (long Time, long) at) || at.Time > until) return false;
        _events.Dequeue();
        Now = at.Time;
        Count++;
        happen();
        return true;
    }
}
