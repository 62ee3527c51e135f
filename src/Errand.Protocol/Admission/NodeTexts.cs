using System.Text;

namespace Errand.Protocol;

/// <summary>What a node says of itself in words, in one piece: there may be a million nodes, and what is seldom read is decoded when it is.</summary>
internal readonly struct NodeTexts
{
    private const int HeadSize = 2 * sizeof(ushort);

    // Lengths of endpoint and site, two bytes each, then the three texts in UTF-8; null stands for three empty ones.
    private readonly byte[]? _packed;

    public NodeTexts(string endpoint, string site, string jurisdiction)
    {
        int endpointSize = Encoding.UTF8.GetByteCount(endpoint);
        int siteSize = Encoding.UTF8.GetByteCount(site);
        _packed = new byte[HeadSize + endpointSize + siteSize + Encoding.UTF8.GetByteCount(jurisdiction)];
        BitConverter.TryWriteBytes(_packed, checked((ushort)endpointSize));
        BitConverter.TryWriteBytes(_packed.AsSpan(sizeof(ushort)), checked((ushort)siteSize));
        Encoding.UTF8.GetBytes(endpoint, _packed.AsSpan(HeadSize));
        Encoding.UTF8.GetBytes(site, _packed.AsSpan(HeadSize + endpointSize));
        Encoding.UTF8.GetBytes(jurisdiction, _packed.AsSpan(HeadSize + endpointSize + siteSize));
    }

    public string Endpoint => Text(HeadSize, EndpointSize);

    public string Site => Text(HeadSize + EndpointSize, SiteSize);

    public string Jurisdiction => Text(HeadSize + EndpointSize + SiteSize, (_packed?.Length ?? HeadSize) - HeadSize - EndpointSize - SiteSize);

    private int EndpointSize => _packed is null ? 0 : BitConverter.ToUInt16(_packed);

    private int SiteSize => _packed is null ? 0 : BitConverter.ToUInt16(_packed.AsSpan(sizeof(ushort)));

    private string Text(int start, int size) => size == 0 ? "" : Encoding.UTF8.GetString(_packed!, start, size);
}
