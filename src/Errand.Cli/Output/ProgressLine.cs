using System.Globalization;

namespace Errand.Cli;

/// <summary>Tells on the error stream how far long work has come: done, rate and time left; nothing for work that is soon over.</summary>
/// <remarks>Calls may come from any thread, one at a time counts.</remarks>
internal sealed class ProgressLine : IProgress<long>
{
    private const double Mebibyte = 1 << 20;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly TextWriter _output;
    private readonly TimeProvider _time;
    private readonly string _what;
    private readonly long _total;
    private readonly long _began;
    private long _told;

    private ProgressLine(TextWriter output, TimeProvider time, string what, long total)
    {
        _output = output;
        _time = time;
        _what = what;
        _total = total;
        _told = _began = time.GetTimestamp();
    }

    /// <summary>Progress for a person; null where a program reads.</summary>
    /// <param name="context">Where.</param>
    /// <param name="what">What is done, as in "sealing".</param>
    /// <param name="total">How many bytes there are.</param>
    public static ProgressLine? For(CommandContext context, string what, long total) =>
        context.Json ? null : new ProgressLine(context.Environment.Error, context.Environment.Time, what, total);

    public void Report(long value)
    {
        lock (_lock)
        {
            if (_time.GetElapsedTime(_told) < Every) return;
            _told = _time.GetTimestamp();
            double seconds = _time.GetElapsedTime(_began).TotalSeconds, rate = value / seconds;
            double left = rate > 0 ? Math.Max(0, _total - value) / rate : 0;
            double part = _total > 0 ? Math.Min(1, (double)value / _total) : 1;
            _output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{_what} {value / Mebibyte:N0} of {_total / Mebibyte:N0} MiB ({part:P0}), {rate / Mebibyte:N0} MiB/s, {TimeSpan.FromSeconds(Math.Min(left, 359_999)):h\\:mm\\:ss} left"));
        }
    }
}
