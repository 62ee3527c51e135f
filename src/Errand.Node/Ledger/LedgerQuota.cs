namespace Errand.Node;

/// <summary>How much one caller may send: entries and bytes a second, and how much of that at once.</summary>
/// <param name="EntriesPerSecond">1 or more.</param>
/// <param name="EntriesBurst">1 or more.</param>
/// <param name="BytesPerSecond">At least the size of an entry.</param>
/// <param name="BytesBurst">At least the size of an entry.</param>
public sealed record LedgerQuota(int EntriesPerSecond, int EntriesBurst, int BytesPerSecond, int BytesBurst)
{
    /// <summary>For a key that is not listed: owners and requesters.</summary>
    public static LedgerQuota Default { get; } = new(200, 400, 4 << 20, 16 << 20);

    /// <summary>For keys that are listed: the network's nodes.</summary>
    public static LedgerQuota Member { get; } = new(20_000, 40_000, 64 << 20, 256 << 20);
}
