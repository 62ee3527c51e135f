using System.Formats.Asn1;

namespace Errand.Attestation;

/// <summary>What a VCEK or VLEK certificate says in AMD's extensions (AMD 57230, VCEK certificate and KDS interface specification).</summary>
internal sealed class SnpEndorsementKey
{
    private const int ProductNameMax = 32;

    private SnpEndorsementKey(SnpProductLine line, SnpTcb tcb, ReadOnlyMemory<byte>? hardwareId)
    {
        Line = line;
        Tcb = tcb;
        HardwareId = hardwareId;
    }

    internal SnpProductLine Line { get; }

    internal SnpTcb Tcb { get; }

    /// <summary>The chip's id, 64 or 8 bytes; null in a VLEK, which has a provider's name instead.</summary>
    internal ReadOnlyMemory<byte>? HardwareId { get; }

    /// <summary>Reads the extensions; null when one is missing, malformed, or belongs to the other kind of key.</summary>
    internal static SnpEndorsementKey? TryRead(Certificate certificate, SnpSigningKey kind)
    {
        try
        {
            if (ReadProductName(certificate) is not { } name || SnpProductLines.FromProductName(name) is not { } line) return null;
            if (ReadLevel(certificate, Oids.AmdBootLoaderSpl) is not { } bootLoader || ReadLevel(certificate, Oids.AmdTeeSpl) is not { } tee
                || ReadLevel(certificate, Oids.AmdSnpSpl) is not { } snp || ReadLevel(certificate, Oids.AmdMicrocodeSpl) is not { } microcode) return null;
            byte? fmc = ReadLevel(certificate, Oids.AmdFmcSpl);
            if (fmc is null == (line == SnpProductLine.Turin)) return null;
            var tcb = new SnpTcb(fmc ?? 0, bootLoader, tee, snp, microcode);

            CertificateExtension? hardwareId = certificate.Extension(Oids.AmdHardwareId);
            CertificateExtension? provider = certificate.Extension(Oids.AmdCspId);
            return kind switch
            {
                SnpSigningKey.Vcek when provider is null && hardwareId?.Value.Length == line.HardwareIdSize() => new SnpEndorsementKey(line, tcb, hardwareId.Value),
                SnpSigningKey.Vlek when hardwareId is null && provider is not null => new SnpEndorsementKey(line, tcb, null),
                _ => null,
            };
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    private static string? ReadProductName(Certificate certificate)
    {
        if (certificate.Extension(Oids.AmdProductName) is not { Value.Length: <= ProductNameMax } extension) return null;
        var reader = new AsnReader(extension.Value, AsnEncodingRules.DER);
        string name = reader.ReadCharacterString(UniversalTagNumber.IA5String);
        reader.ThrowIfNotEmpty();
        return name;
    }

    private static byte? ReadLevel(Certificate certificate, string oid)
    {
        if (certificate.Extension(oid) is not { } extension) return null;
        var reader = new AsnReader(extension.Value, AsnEncodingRules.DER);
        bool fits = reader.TryReadUInt32(out uint level);
        reader.ThrowIfNotEmpty();
        return fits && level <= byte.MaxValue ? (byte)level : throw new AsnContentException();
    }
}
