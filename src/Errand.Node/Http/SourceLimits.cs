using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;

namespace Errand.Node;

/// <summary>How a host tells sources apart, and the limits that it gives each.</summary>
/// <remarks>Nobody can be told apart by identity, so each source address has a share. An IPv6 source is its /64, which is what one subscriber has.</remarks>
internal static class SourceLimits
{
    private const int NetworkSize = 8;

    /// <summary>The source of a connection; one without an address comes from this machine.</summary>
    public static IPAddress Of(IPAddress? address)
    {
        if (address is null) return IPAddress.Loopback;
        if (address.IsIPv4MappedToIPv6) return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return address;
        byte[] network = address.GetAddressBytes();
        network.AsSpan(NetworkSize).Clear();
        return new IPAddress(network);
    }

    /// <summary>So many at once, and so many a second after that.</summary>
    public static TokenBucketRateLimiterOptions Bucket(int burst, int perSecond) =>
        new() { TokenLimit = burst, TokensPerPeriod = perSecond, ReplenishmentPeriod = TimeSpan.FromSeconds(1), QueueLimit = 0 };

    /// <summary>So many at a time; nobody queues.</summary>
    public static ConcurrencyLimiterOptions Places(int count) => new() { PermitLimit = count, QueueLimit = 0 };
}
