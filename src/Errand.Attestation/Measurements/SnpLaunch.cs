using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Errand.Attestation;

/// <summary>The launch digest while pages are added: SHA-384 over PAGE_INFO, which holds the digest so far (AMD publication 56860, section 8.17.2).</summary>
internal sealed class SnpLaunch
{
    private const int PageInfoSize = 0x70;

    /// <summary>VMSA pages have address -1, cut to a page and to 48 bits.</summary>
    private const ulong VmsaAddress = 0xFFFF_FFFF_F000;

    /// <summary>Page type at 0x62, IMI flag and VMPL rights at 0x63 to 0x67 (zero), address at 0x68.</summary>
    private readonly byte[] _pageInfo = new byte[PageInfoSize];

    internal SnpLaunch() => BinaryPrimitives.WriteUInt16LittleEndian(_pageInfo.AsSpan(0x60), PageInfoSize);

    /// <summary>Goes on from a digest of 48 bytes.</summary>
    internal SnpLaunch(ReadOnlySpan<byte> digest)
        : this() => digest.CopyTo(_pageInfo.AsSpan(0, SHA384.HashSizeInBytes));

    internal byte[] Digest => _pageInfo[..SHA384.HashSizeInBytes];

    internal void AddNormal(ulong address, ReadOnlySpan<byte> pages)
    {
        for (; !pages.IsEmpty; pages = pages[SevFirmware.PageSize..], address += SevFirmware.PageSize)
        {
            Add(SnpPageKind.Normal, address, pages[..SevFirmware.PageSize]);
        }
    }

    internal void AddVmsa(ReadOnlySpan<byte> page) => Add(SnpPageKind.Vmsa, VmsaAddress, page);

    /// <summary>Adds pages whose content is not measured: zero, secrets, CPUID.</summary>
    internal void AddWithoutContent(SnpPageKind kind, SevSection section)
    {
        for (uint offset = 0; offset < section.Size; offset += SevFirmware.PageSize) Add(kind, section.Address + (ulong)offset, []);
    }

    private void Add(SnpPageKind kind, ulong address, ReadOnlySpan<byte> content)
    {
        Span<byte> contentDigest = _pageInfo.AsSpan(SHA384.HashSizeInBytes, SHA384.HashSizeInBytes);
        if (content.IsEmpty) contentDigest.Clear();
        else SHA384.HashData(content, contentDigest);
        _pageInfo[0x62] = (byte)kind;
        BinaryPrimitives.WriteUInt64LittleEndian(_pageInfo.AsSpan(0x68), address);
        Span<byte> next = stackalloc byte[SHA384.HashSizeInBytes];
        SHA384.HashData(_pageInfo, next);
        next.CopyTo(_pageInfo);
    }
}
