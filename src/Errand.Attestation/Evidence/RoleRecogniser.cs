using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Errand.Attestation;

/// <summary>
/// Recognises what bytes are, by what every instance of a format begins with or is, and not by names. Evidence that is altered behind its
/// first bytes is still recognised, so that its verifier can say what is wrong with it.
/// </summary>
public static class RoleRecogniser
{
    private const int SnpVersionMax = 16;
    private const int QuoteVersionMin = 3;
    private const int QuoteVersionMax = 5;
    private const int SpecIdOffset = 32;
    private const int ImaNameOffset = 28;

    /// <summary>Every role that the bytes can have: none when nothing is recognised, more than one when the bytes do not tell.</summary>
    public static IReadOnlyList<EvidenceRole> Recognise(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.IsEmpty || bytes.Length > EvidenceFile.SizeMax) return [];
        ReadOnlySpan<byte> text = bytes.Span.TrimStart(" \t\r\n"u8);
        if (text.StartsWith("-----BEGIN "u8)) return RecognisePem(text);
        if (text.StartsWith("{"u8) && RecogniseJson(bytes) is { } json) return [json];
        return [.. EvidenceRoles.All.Where(role => IsBinary(role, bytes))];
    }

    private static bool IsBinary(EvidenceRole role, ReadOnlyMemory<byte> bytes)
    {
        ReadOnlySpan<byte> span = bytes.Span;
        return role switch
        {
            EvidenceRole.SnpReport => span.Length == SnpReport.Size && BinaryPrimitives.ReadUInt32LittleEndian(span) is > 0 and <= SnpVersionMax,
            EvidenceRole.TdxQuote => TeeOf(span) == IntelTeeType.Tdx,
            EvidenceRole.SgxQuote => TeeOf(span) == IntelTeeType.Sgx,
            EvidenceRole.NitroDocument => IsNitro(span),
            EvidenceRole.HclReport => span.StartsWith("HCLA"u8),
            EvidenceRole.TpmAttest => span.Length > sizeof(uint) && BinaryPrimitives.ReadUInt32BigEndian(span) == TpmsAttest.Magic,
            EvidenceRole.TpmSignature => TpmtSignature.TryParse(span) is not null,
            EvidenceRole.TpmPublic => TpmtPublic.TryParse(span) is not null || TpmtPublic.TryParseSized(span) is not null,
            EvidenceRole.PublicKey => PublicKeyInfo.TryParse(bytes) is not null,
            EvidenceRole.PcrValues => PcrValues.TryParseToolsFile(span) is not null,
            EvidenceRole.EventLog => IsEventLog(span),
            EvidenceRole.ImaLog => IsImaLog(span),
            EvidenceRole.Certificates => Certificate.TryParse(bytes) is not null,
            EvidenceRole.RevocationList => CertificateRevocationList.TryParse(bytes) is not null,
            _ => false,
        };
    }

    private static IntelTeeType? TeeOf(ReadOnlySpan<byte> span)
    {
        if (span.Length < IntelQuote.HeaderSize || BinaryPrimitives.ReadUInt16LittleEndian(span) is < QuoteVersionMin or > QuoteVersionMax) return null;
        var tee = (IntelTeeType)BinaryPrimitives.ReadInt32LittleEndian(span[4..]);
        return Enum.IsDefined(tee) && span.Slice(0x0C, 16).SequenceEqual(IntelQuote.IntelVendorId) ? tee : null;
    }

    // [18(] [ h'A1013822' …: COSE_Sign1 whose protected header says ES384.
    private static bool IsNitro(ReadOnlySpan<byte> span) => span.StartsWith((ReadOnlySpan<byte>)[0x84, 0x44, 0xA1, 0x01, 0x38, 0x22]) || span.StartsWith((ReadOnlySpan<byte>)[0xD2, 0x84, 0x44, 0xA1, 0x01, 0x38, 0x22]);

    // A crypto-agile log begins with a Spec ID event, of which the fields before the signature say where it stands; the old format begins with
    // nothing of its own, but never with the type 0, as zeros of other formats would.
    private static bool IsEventLog(ReadOnlySpan<byte> span) =>
        (span.Length > SpecIdOffset && span[SpecIdOffset..].StartsWith("Spec ID Event03\0"u8)) || EventLog.TryParse(span) is { Events: [{ Type: not 0 }, ..] };

    // "10 <digest> ima-ng …", or the index and after the digest the template's name, which begins with "ima".
    private static bool IsImaLog(ReadOnlySpan<byte> span) => (span.StartsWith("10 "u8) && ImaLog.TryParseText(span) is not null)
        || (span.Length > ImaNameOffset && BinaryPrimitives.ReadUInt32LittleEndian(span) == ImaVerifier.PcrIndex && span[ImaNameOffset..].StartsWith("ima"u8));

    private static EvidenceRole? RecogniseJson(ReadOnlyMemory<byte> bytes) => StrictJson.TryRead(bytes, EvidenceFile.SizeMax, root => root switch
    {
        _ when root.TryGetProperty("tcbInfo", out _) => [EvidenceRole.TcbInfo],
        _ when root.TryGetProperty("enclaveIdentity", out _) => [EvidenceRole.QeIdentity],
        _ when root.TryGetProperty("hcl_report", out _) || (root.TryGetProperty("report", out _) && root.TryGetProperty("quote", out _)) => [EvidenceRole.AzureEvidence],
        _ when root.EnumerateObject().Any() && root.EnumerateObject().All(member => TpmAlgorithms.FromBankName(member.Name) is not null) => [EvidenceRole.PcrValues],
        _ => (EvidenceRole[]?)null,
    }) is [var role] ? role : null;

    private static EvidenceRole[] RecognisePem(ReadOnlySpan<byte> text)
    {
        if (!PemEncoding.TryFindUtf8(text, out PemFields fields)) return [];
        ReadOnlySpan<byte> label = text[fields.Label];
        if (label.SequenceEqual("CERTIFICATE"u8)) return [EvidenceRole.Certificates];
        if (label.SequenceEqual("X509 CRL"u8)) return [EvidenceRole.RevocationList];
        return label.SequenceEqual("PUBLIC KEY"u8) ? [EvidenceRole.PublicKey] : [];
    }
}
