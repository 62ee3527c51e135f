using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Errand.Attestation;

/// <summary>
/// Reads evidence as the attesters of the Confidential Containers project send it. Version 0: every byte string an array of numbers, the
/// VCEK in PEM. Version 1: quotes and PCRs in hexadecimal, everything else in base64url, with or without padding.
/// </summary>
/// <remarks>
/// <code>
/// 0: { "quote": { "message": […], "signature": […], "pcrs": [ […] × 24 ] }, "report": […], "vcek": "PEM" }      (SEV-SNP)
///    { "tpm_quote": { … }, "hcl_report": […], "td_quote": […] }                                                 (TDX)
/// 1: { "version": 1, "tpm_quote": { "message": "hex", "signature": "hex", "pcrs": [ "hex" × 24 ] }, "hcl_report": "base64url",
///      "vcek": "base64url" or "td_quote": "base64url" }
/// </code>
/// PCRs are those of the SHA-256 bank, from 0 on. Other members are left alone: nothing in this envelope is signed, and all that is used of
/// it is verified by itself.
/// </remarks>
public static class AzureEvidenceJson
{
    /// <summary>The longest evidence read, in bytes.</summary>
    public const int SizeMax = 256 * 1024;

    private const int PartSizeMax = 16 * 1024;

    /// <summary>Reads evidence; null for another form. Of SEV-SNP it has the VCEK alone: add the vendor's ASK and ARK.</summary>
    public static AzureVtpmEvidence? TryParse(ReadOnlyMemory<byte> json) => StrictJson.TryRead(json, SizeMax, Read);

    private static AzureVtpmEvidence? Read(JsonElement json)
    {
        if (json.TryGetProperty("version", out JsonElement version) && (version.ValueKind != JsonValueKind.Number || !version.TryGetInt32(out int number) || number is not (0 or 1))) return null;
        if ((json.Member("tpm_quote", JsonValueKind.Object) ?? json.Member("quote", JsonValueKind.Object)) is not { } quote) return null;
        if ((Bytes(json, "hcl_report", FromBase64Url) ?? Bytes(json, "report", FromBase64Url)) is not { } report) return null;
        if (Bytes(quote, "message", FromHex) is not { } message || Bytes(quote, "signature", FromHex) is not { } signature || ReadPcrs(quote) is not { } pcrs) return null;
        if (ReadEndorsement(json) is not { } endorsement) return null;
        return new AzureVtpmEvidence { HclReport = report, Endorsement = endorsement, Quote = message, Signature = signature, Pcrs = [pcrs] };
    }

    private static AzureEndorsement? ReadEndorsement(JsonElement json)
    {
        byte[]? tdQuote = Bytes(json, "td_quote", FromBase64Url);
        byte[]? vcek = Bytes(json, "vcek", FromPemOrBase64Url);
        return (tdQuote, vcek) switch
        {
            ({ } quote, null) => new AzureEndorsement.Tdx(quote),
            (null, { } certificate) => new AzureEndorsement.SevSnp([certificate]),
            _ => null,
        };
    }

    private static PcrBank? ReadPcrs(JsonElement quote)
    {
        if (quote.Member("pcrs", JsonValueKind.Array) is not { } values || values.GetArrayLength() > PcrSet.Count) return null;
        byte[]?[] pcrs = [.. values.EnumerateArray().Select(value => Bytes(value, FromHex))];
        return pcrs.All(pcr => pcr is { Length: 32 })
            ? new PcrBank(TpmAlgorithm.Sha256, pcrs.Select((pcr, index) => KeyValuePair.Create(index, (ReadOnlyMemory<byte>)pcr)))
            : null;
    }

    private static byte[]? Bytes(JsonElement json, string name, Func<string, byte[]?> decode) => json.TryGetProperty(name, out JsonElement member) ? Bytes(member, decode) : null;

    private static byte[]? Bytes(JsonElement value, Func<string, byte[]?> decode)
    {
        if (value.ValueKind == JsonValueKind.String) return decode(value.GetString()!);
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() > PartSizeMax) return null;
        var bytes = new byte[value.GetArrayLength()];
        int i = 0;
        foreach (JsonElement item in value.EnumerateArray())
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetByte(out bytes[i++])) return null;
        return bytes;
    }

    private static byte[]? FromHex(string text)
    {
        var bytes = new byte[text.Length / 2];
        return text.Length <= 2 * PartSizeMax && text.Length % 2 == 0 && Convert.FromHexString(text, bytes, out _, out _) == System.Buffers.OperationStatus.Done ? bytes : null;
    }

    private static byte[]? FromBase64Url(string text) =>
        text.Length <= 2 * PartSizeMax && !text.AsSpan().ContainsAny(" \t\r\n") && Base64Url.IsValid(text) ? Base64Url.DecodeFromChars(text) : null;

    private static byte[]? FromPemOrBase64Url(string text) => text.StartsWith("-----BEGIN", StringComparison.Ordinal)
        ? PemCertificates.TryRead(Encoding.UTF8.GetBytes(text), 1)?[0].ToArray()
        : FromBase64Url(text);
}
