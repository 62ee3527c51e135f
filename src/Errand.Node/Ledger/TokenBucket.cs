namespace Errand.Node;

/// <summary>Lets so much through a second, and so much at once. Not thread-safe.</summary>
internal sealed class TokenBucket
{
    private readonly double _perSecond, _burst;
    private readonly TimeProvider _time;
    private double _tokens;
    private long _at;

    internal TokenBucket(double perSecond, double burst, TimeProvider time)
    {
        _perSecond = perSecond;
        _burst = burst;
        _tokens = burst;
        _time = time;
        _at = time.GetTimestamp();
    }

    internal bool TryTake(double amount)
    {
        Refill();
        if (_tokens < amount) return false;
        _tokens -= amount;
        return true;
    }

    /// <summary>True when nothing has been taken for so long that it is as if new.</summary>
    internal bool IsFull()
    {
        Refill();
        return _tokens >= _burst;
    }

    private void Refill()
    {
        long current = _time.GetTimestamp();
        _tokens = Math.Min(_burst, _tokens + _time.GetElapsedTime(_at, current).TotalSeconds * _perSecond);
        _at = current;
    }
}
