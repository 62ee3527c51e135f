using System.Formats.Asn1;
using System.Globalization;

namespace Errand.Attestation;

/// <summary>
/// What Intel's extension in a PCK certificate says of the platform (Intel SGX PCK Certificate and Certificate Revocation List Profile
/// Specification, section 1.3.5, OID 1.2.840.113741.1.13.1).
/// </summary>
public sealed class PckCertificate
{
    /// <summary>Bytes of PPID, CPUSVN and platform instance id, and SGX TCB components.</summary>
    public const int ComponentCount = 16;

    /// <summary>Bytes of FMSPC.</summary>
    public const int FmspcSize = 6;

    /// <summary>Bytes of PCE-ID.</summary>
    public const int PceIdSize = 2;

    private const int PceSvnPlace = 17;
    private const int CpuSvnPlace = 18;

    private PckCertificate(Certificate certificate) => Certificate = certificate;

    /// <summary>The certificate.</summary>
    public Certificate Certificate { get; }

    /// <summary>PPID, 16 bytes: the processor.</summary>
    public ReadOnlyMemory<byte> Ppid { get; private set; }

    /// <summary>The 16 SGX TCB components that the key is bound to.</summary>
    public ReadOnlyMemory<byte> Components { get; private set; }

    /// <summary>ISVSVN of the provisioning certification enclave.</summary>
    public ushort PceSvn { get; private set; }

    /// <summary>CPUSVN, 16 bytes: the components as the processor encodes them.</summary>
    public ReadOnlyMemory<byte> CpuSvn { get; private set; }

    /// <summary>PCE-ID, 2 bytes.</summary>
    public ReadOnlyMemory<byte> PceId { get; private set; }

    /// <summary>FMSPC, 6 bytes: family, model, stepping, platform type and custom SKU. TCB info is published for each.</summary>
    public ReadOnlyMemory<byte> Fmspc { get; private set; }

    /// <summary>Memory protection.</summary>
    public SgxType SgxType { get; private set; }

    /// <summary>Platform instance id, 16 bytes; null in certificates of the Processor CA.</summary>
    public ReadOnlyMemory<byte>? PlatformInstanceId { get; private set; }

    /// <summary>Whether packages may be added to the platform; null in certificates of the Processor CA.</summary>
    public bool? IsDynamicPlatform { get; private set; }

    /// <summary>Whether Intel keeps the platform's root keys; null when the certificate does not say.</summary>
    public bool? HasCachedKeys { get; private set; }

    /// <summary>Whether simultaneous multithreading is on; null when the certificate does not say.</summary>
    public bool? IsSmtEnabled { get; private set; }

    /// <summary>Reads the extension; null when it, or a part of it that every PCK certificate has, is missing, doubled, unknown or malformed.</summary>
    public static PckCertificate? TryRead(Certificate certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        if (certificate.Extension(Oids.IntelSgxExtensions) is not { } extension) return null;
        try
        {
            var read = new PckCertificate(certificate);
            var reader = new AsnReader(extension.Value, AsnEncodingRules.DER);
            uint seen = ReadParts(reader.ReadSequence(), Oids.IntelSgxExtensions, read.TryReadPart);
            reader.ThrowIfNotEmpty();
            // PPID, TCB, PCE-ID, FMSPC and SGX type are in all, platform instance id and configuration in those of the Platform CA.
            return seen is 0b0011_1110 or 0b1111_1110 ? read : null;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    // A sequence of (OID, value), each OID below the prefix and at most once; gives the set of last arcs met, 0 for what is refused.
    private static uint ReadParts(AsnReader sequence, string prefix, Func<int, AsnReader, bool> tryReadPart)
    {
        uint seen = 0;
        while (sequence.HasData)
        {
            AsnReader part = sequence.ReadSequence();
            string oid = part.ReadObjectIdentifier();
            int place = LastArc(oid, prefix);
            if (place == 0 || (seen & 1u << place) != 0 || !tryReadPart(place, part)) return 0;
            part.ThrowIfNotEmpty();
            seen |= 1u << place;
        }
        return seen;
    }

    // 1 to 18, or 0 for an OID that is not directly below the prefix.
    private static int LastArc(string oid, string prefix) => oid.StartsWith(prefix, StringComparison.Ordinal) && oid.AsSpan(prefix.Length) is ['.', .. var arc]
        && byte.TryParse(arc, NumberStyles.None, NumberFormatInfo.InvariantInfo, out byte place) && place <= CpuSvnPlace ? place : 0;

    private bool TryReadPart(int place, AsnReader part)
    {
        switch (place)
        {
            case 1: return (Ppid = part.ReadOctetString()).Length == ComponentCount;
            case 2:
                var components = new byte[ComponentCount];
                Components = components;
                // 16 components, PCESVN and CPUSVN: places 1 to 18.
                return ReadParts(part.ReadSequence(), Oids.IntelSgxExtensions + ".2", (component, item) => TryReadTcb(component, item, components)) == 0x7_FFFE;
            case 3: return (PceId = part.ReadOctetString()).Length == PceIdSize;
            case 4: return (Fmspc = part.ReadOctetString()).Length == FmspcSize;
            case 5:
                SgxType = part.ReadEnumeratedValue<SgxType>();
                return Enum.IsDefined(SgxType);
            case 6:
                PlatformInstanceId = part.ReadOctetString();
                return PlatformInstanceId.Value.Length == ComponentCount;
            case 7: return ReadParts(part.ReadSequence(), Oids.IntelSgxExtensions + ".7", TryReadConfiguration) != 0;
            default: return false;
        }
    }

    private bool TryReadTcb(int place, AsnReader item, byte[] components)
    {
        if (place == CpuSvnPlace) return (CpuSvn = item.ReadOctetString()).Length == ComponentCount;
        if (!item.TryReadUInt32(out uint level)) return false;
        if (place == PceSvnPlace)
        {
            PceSvn = unchecked((ushort)level);
            return level <= ushort.MaxValue;
        }
        components[place - 1] = unchecked((byte)level);
        return level <= byte.MaxValue;
    }

    private bool TryReadConfiguration(int place, AsnReader item)
    {
        bool value = item.ReadBoolean();
        switch (place)
        {
            case 1: IsDynamicPlatform = value; return true;
            case 2: HasCachedKeys = value; return true;
            case 3: IsSmtEnabled = value; return true;
            default: return false;
        }
    }
}
