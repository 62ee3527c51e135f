using System.Globalization;

namespace Errand.Node.Tests;

/// <summary>Machines that share nothing but a wire: network namespaces on one bridge. Needs root and iproute2.</summary>
internal sealed class Hosts : IDisposable
{
    private const string Net = "10.177.93";
    private readonly string _bridge = string.Create(CultureInfo.InvariantCulture, $"eb{Environment.ProcessId % 100_000}");
    private readonly List<string> _spaces = [];

    private Hosts()
    {
    }

    /// <summary>Makes the wire; null where that is not allowed.</summary>
    public static Hosts? TryCreate()
    {
        if (!OperatingSystem.IsLinux()) return null;
        var hosts = new Hosts();
        if (Ip($"link add {hosts._bridge} type bridge") && Ip($"addr add {Net}.1/24 dev {hosts._bridge}") && Ip($"link set {hosts._bridge} up") && hosts.TryAdd("probe", 250) is not null) return hosts;
        hosts.Dispose();
        return null;
    }

    /// <summary>Plugs a machine in; its name and address, or null.</summary>
    public (string Space, string Address)? TryAdd(string name, int number)
    {
        string space = $"{_bridge}-{name}", outer = string.Create(CultureInfo.InvariantCulture, $"{_bridge}v{number}"), address = string.Create(CultureInfo.InvariantCulture, $"{Net}.{number}");
        if (!Ip($"netns add {space}")) return null;
        _spaces.Add(space);
        return Ip($"link add {outer} type veth peer name eth0 netns {space}") && Ip($"link set {outer} master {_bridge} up")
            && Ip($"-n {space} link set lo up") && Ip($"-n {space} addr add {address}/24 dev eth0") && Ip($"-n {space} link set eth0 up") ? (space, address) : null;
    }

    public void Dispose()
    {
        foreach (string space in _spaces) Ip($"netns del {space}");
        Ip($"link del {_bridge}");
    }

    private static bool Ip(string arguments) => PartProcess.TryRun("ip", arguments);
}
