using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Errand.Node.Tests;

/// <summary>Keeps everything that is logged, at every level, with what was thrown.</summary>
internal sealed class LogBook(TextWriter? copy = null) : ILoggerFactory, ILogger
{
    private readonly ConcurrentQueue<string> _lines = [];
    private readonly long _begun = Stopwatch.GetTimestamp();

    public IReadOnlyCollection<string> Lines => _lines;

    public string Text => string.Join('\n', _lines);

    public bool Has(params string[] parts) => _lines.Any(line => parts.All(part => line.Contains(part, StringComparison.Ordinal)));

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        string line = string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(_begun).TotalMilliseconds,9:0} {logLevel} {formatter(state, exception)} {exception}");
        if (copy is null) _lines.Enqueue(line);
        else copy.WriteLine(line);
    }

    public void Dispose()
    {
    }
}
