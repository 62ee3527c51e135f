using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace Errand.Node;

/// <summary>What a ledger's host counts: text in the form that Prometheus reads. Thread-safe.</summary>
internal sealed class LedgerMetrics
{
    private static readonly double[] Bounds = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5];

    private readonly ConcurrentDictionary<string, long> _refusals = new(StringComparer.Ordinal);
    private readonly long[] _rounds = new long[Bounds.Length + 1];
    private long _appended, _appendedBytes, _pages, _roundCount, _roundMicroseconds;
    private int _followers;

    internal int Followers => Volatile.Read(ref _followers);

    internal void Appended(int sizeBytes)
    {
        Interlocked.Increment(ref _appended);
        Interlocked.Add(ref _appendedBytes, sizeBytes);
    }

    internal void Page() => Interlocked.Increment(ref _pages);

    internal void Refused(string code) => _refusals.AddOrUpdate(code, 1, (_, count) => count + 1);

    internal void FollowerCame() => Interlocked.Increment(ref _followers);

    internal void FollowerWent() => Interlocked.Decrement(ref _followers);

    /// <summary>A checkpoint got its quorum.</summary>
    internal void Round(TimeSpan took)
    {
        Interlocked.Increment(ref _roundCount);
        Interlocked.Add(ref _roundMicroseconds, (long)took.TotalMicroseconds);
        int bucket = Array.FindIndex(Bounds, bound => took.TotalSeconds <= bound);
        Interlocked.Increment(ref _rounds[bucket < 0 ? Bounds.Length : bucket]);
    }

    internal string ToText(LedgerStatus status)
    {
        var text = new StringBuilder();
        Line(text, "errand_ledger_entries", "gauge", "Durable entries.", status.Durable);
        Line(text, "errand_ledger_final", "gauge", "Entries under a checkpoint with its quorum.", status.Final);
        Line(text, "errand_ledger_followers", "gauge", "Open streams.", Followers);
        Line(text, "errand_ledger_appended_total", "counter", "Entries appended in this run.", Volatile.Read(ref _appended));
        Line(text, "errand_ledger_appended_bytes_total", "counter", "Their bytes.", Volatile.Read(ref _appendedBytes));
        Line(text, "errand_ledger_pages_total", "counter", "Proven pages given.", Volatile.Read(ref _pages));
        text.Append("# HELP errand_ledger_refused_total Requests refused, by code.\n# TYPE errand_ledger_refused_total counter\n");
        foreach ((string code, long count) in _refusals.OrderBy(refusal => refusal.Key, StringComparer.Ordinal))
            text.Append(CultureInfo.InvariantCulture, $"errand_ledger_refused_total{{code=\"{code}\"}} {count}\n");
        text.Append("# HELP errand_ledger_quorum_seconds From a durable checkpoint to its quorum.\n# TYPE errand_ledger_quorum_seconds histogram\n");
        long below = 0;
        for (int i = 0; i < Bounds.Length; i++)
        {
            below += Volatile.Read(ref _rounds[i]);
            text.Append(CultureInfo.InvariantCulture, $"errand_ledger_quorum_seconds_bucket{{le=\"{Bounds[i]}\"}} {below}\n");
        }
        text.Append(CultureInfo.InvariantCulture, $"errand_ledger_quorum_seconds_bucket{{le=\"+Inf\"}} {below + Volatile.Read(ref _rounds[^1])}\n");
        text.Append(CultureInfo.InvariantCulture, $"errand_ledger_quorum_seconds_sum {Volatile.Read(ref _roundMicroseconds) / 1e6}\nerrand_ledger_quorum_seconds_count {Volatile.Read(ref _roundCount)}\n");
        text.Append("# HELP errand_ledger_witness_size Size of the checkpoint that a witness cosigned last.\n# TYPE errand_ledger_witness_size gauge\n");
        foreach (WitnessStatus witness in status.Witnesses) text.Append(CultureInfo.InvariantCulture, $"errand_ledger_witness_size{{witness=\"{witness.Key}\"}} {witness.Size}\n");
        text.Append("# HELP errand_ledger_witness_up Whether its last answer was a cosignature.\n# TYPE errand_ledger_witness_up gauge\n");
        foreach (WitnessStatus witness in status.Witnesses) text.Append(CultureInfo.InvariantCulture, $"errand_ledger_witness_up{{witness=\"{witness.Key}\"}} {(witness.IsUp ? 1 : 0)}\n");
        return text.ToString();
    }

    private static void Line(StringBuilder text, string name, string type, string help, long value) =>
        text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} {type}\n{name} {value}\n");
}
