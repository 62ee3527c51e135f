using System.Globalization;
using System.Text.Json;

namespace Errand.Attestation;

/// <summary>PCR values in JSON, <c>{"sha256": {"0": "hex", …}, …}</c>, or as tpm2_quote writes them.</summary>
public static class PcrValues
{
    private const int SizeMax = 64 * 1024;

    /// <summary>Reads the banks; null for another form, an unknown bank, a member given twice, an index beyond 23 or a value of another size than its bank's.</summary>
    public static IReadOnlyList<PcrBank>? TryParse(ReadOnlyMemory<byte> json)
    {
        return StrictJson.TryRead(json, SizeMax, root =>
        {
            List<PcrBank> banks = [];
            foreach (JsonProperty member in root.EnumerateObject())
            {
                if (TpmAlgorithms.FromBankName(member.Name) is not { } algorithm || Read(algorithm, member.Value) is not { } bank) return null;
                banks.Add(bank);
            }
            return banks.Count == 0 ? null : banks;
        });
    }

    /// <summary>Reads the PCR file of tpm2_quote in its "serialized" form, little-endian; null for another form.</summary>
    public static IReadOnlyList<PcrBank>? TryParseToolsFile(ReadOnlySpan<byte> file) => TpmToolsPcrFile.TryParse(file);

    /// <summary>Reads either form; null for another.</summary>
    internal static IReadOnlyList<PcrBank>? TryParseEither(ReadOnlyMemory<byte> bytes) => TryParse(bytes) ?? TryParseToolsFile(bytes.Span);

    internal static AttestationResult Read(VerificationContext context, out IReadOnlyList<PcrBank> banks)
    {
        banks = [];
        if (context.Take(EvidenceRole.PcrValues) is not { } json) return AttestationResult.Empty;
        var checks = new CheckList();
        IReadOnlyList<PcrBank>? parsed = TryParseEither(json);
        checks.Require(parsed is not null, "pcr-values-format", AttestationReason.Malformed, "{bank: {index: hex}}, or the file of tpm2_quote", parsed is null ? "something else" : string.Join(", ", parsed.Select(bank => $"{bank.Pcrs.Size} of {bank.Algorithm.BankName()}")),
            "The PCR values are unreadable. Write each bank's values in hexadecimal under their index.");
        banks = parsed ?? [];
        return checks.ToResult();
    }

    private static PcrBank? Read(TpmAlgorithm algorithm, JsonElement members)
    {
        if (members.ValueKind != JsonValueKind.Object) return null;
        var values = new Dictionary<int, ReadOnlyMemory<byte>>();
        foreach (JsonProperty member in members.EnumerateObject())
        {
            var value = new byte[algorithm.DigestSize()];
            if (!int.TryParse(member.Name, NumberStyles.None, NumberFormatInfo.InvariantInfo, out int index) || index >= PcrSet.Count || member.Value.ValueKind != JsonValueKind.String
                || Convert.FromHexString(member.Value.GetString()!, value, out int consumed, out int written) != System.Buffers.OperationStatus.Done || written != value.Length || consumed != 2 * value.Length || !values.TryAdd(index, value)) return null;
        }
        return new PcrBank(algorithm, values);
    }
}
