using System.Globalization;

namespace Errand.Cli;

/// <summary>Times and durations for people.</summary>
internal static class Times
{
    // A ledger's clock may say anything; the calendar ends with the year 9999.
    private const long LastMillisecond = 253_402_300_799_999;

    /// <summary>UTC, to the second.</summary>
    public static string Text(long milliseconds) =>
        DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(milliseconds, 0, LastMillisecond)).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) + "Z";

    /// <summary>Seconds with three digits, minutes from 100 seconds on.</summary>
    public static string Span(long milliseconds) => milliseconds < 100_000
        ? string.Create(CultureInfo.InvariantCulture, $"{milliseconds / 1000.0:0.000} s")
        : string.Create(CultureInfo.InvariantCulture, $"{milliseconds / 60_000.0:0.0} min");
}
