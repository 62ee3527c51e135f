using System.Globalization;
using Errand.Node;
using Microsoft.Extensions.Logging;

namespace Errand.Cli;

/// <summary>Structured log of a development network's host: one JSON object a line.</summary>
internal static class HostLog
{
    /// <summary>Appends to the folder's log file.</summary>
    public static ILoggerFactory Create(DevelopmentFolder folder)
    {
        Directory.CreateDirectory(folder.Root);
        return LoggerFactory.Create(builder => builder
            .SetMinimumLevel(LogLevel.Information)
            .AddFilter("Microsoft", LogLevel.Warning)
            .AddFilter("System", LogLevel.Warning)
            .AddProvider(new JsonLinesProvider(folder.Log)));
    }

    private sealed class JsonLinesProvider(string path) : ILoggerProvider
    {
        private readonly StreamWriter _writer = new(new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite)) { AutoFlush = true };
        private readonly Lock _lock = new();

        public ILogger CreateLogger(string categoryName) => new JsonLines(this, categoryName);

        public void Dispose() => _writer.Dispose();

        public void Write(byte[] line)
        {
            lock (_lock) _writer.WriteLine(System.Text.Encoding.UTF8.GetString(line));
        }
    }

    private sealed class JsonLines(JsonLinesProvider target, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            using var buffer = new MemoryStream();
            using (var json = new System.Text.Json.Utf8JsonWriter(buffer))
            {
                json.WriteStartObject();
                json.WriteString("time", TimeProvider.System.GetUtcNow().ToString("O", CultureInfo.InvariantCulture));
                json.WriteString("level", logLevel.ToString());
                json.WriteString("category", category);
                json.WriteString("message", formatter(state, exception));
                if (exception is not null) json.WriteString("exception", exception.ToString());
                json.WriteEndObject();
            }
            target.Write(buffer.ToArray());
        }
    }
}
