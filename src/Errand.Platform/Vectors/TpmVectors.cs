using System.Text.Json.Nodes;
using Errand.Attestation;

namespace Errand.Platform;

/// <summary>Cases of TPMs: EK certificates, or quotes with their PCR values, logs and keys.</summary>
internal static class TpmVectors
{
    internal static readonly RootClass[] Classes = [RootClass.TpmHardware, RootClass.TpmCloud];

    internal static (AttestationResult, JsonObject) Run(VectorCase vector) => vector.Find("ek-certificate") is { } certificate ? EkVectors.Run(vector, certificate) : RunQuotes(vector);

    private static (AttestationResult, JsonObject) RunQuotes(VectorCase vector)
    {
        var values = new JsonObject();
        TpmtPublic? area = ReadPublicArea(vector);
        TpmKey key = ReadKey(vector, area);
        IReadOnlyList<PcrBank> pcrs = vector.Find("tpm2-tools-pcr-file") is { } file ? PcrFile.Read(file) : VectorCase.ReadPcrs(vector.Find("pcr-values") ?? throw new InvalidDataException("The case has no PCR values."));
        AttestationResult result = vector.Find("ak-certificate") is { } certificate ? VerifyAkCertificate(vector, certificate, area) : AttestationResult.Empty;
        if (area is not null) values["akName"] = Convert.ToHexStringLower(area.Name);
        if (vector.Find("tpm-name") is { } name && (area is null || !area.Name.AsSpan().SequenceEqual(name))) throw new InvalidDataException("The Name in the case is not that of its key.");

        var quotes = new JsonArray();
        // A quote and its signature have the same name but for the ending; signatures of other attestations stay aside.
        foreach ((string quoteFile, byte[] attest) in vector.All("tpms-attest"))
        {
            byte[] signature = vector.All("tpmt-signature").Single(candidate => Path.GetFileNameWithoutExtension(candidate.Name) == Path.GetFileNameWithoutExtension(quoteFile)).Bytes;
            QuoteVerification verification = QuoteVerifier.Verify(attest, signature, key, ReadNonce(vector, attest), pcrs);
            result = result.Then(verification.Result);
            values["quoteAuthentic"] = verification.Quote is not null;
            if (TpmsAttest.TryParse(attest, out _) is { } parsed) values["nonce"] = Hex(parsed.ExtraData);
            if (verification.Quote is not { } quote) continue;
            values["quote"] = Describe(quote);
            values["signature"] = Describe(TpmtSignature.TryParse(signature)!);
            quotes.Add(new JsonObject { ["bank"] = quote.Selections[0].Bank.BankName(), ["attest"] = Describe(quote), ["signature"] = Describe(TpmtSignature.TryParse(signature)!) });
        }
        values["quotes"] = quotes;
        return (result.Then(VerifyLogs(vector, pcrs, values)), values);
    }

    private static AttestationResult VerifyLogs(VectorCase vector, IReadOnlyList<PcrBank> pcrs, JsonObject values)
    {
        byte[]? log = vector.Find("event-log") ?? (vector.Find("source-protobuf") is { } message ? ProtobufField.Find(message, ProtobufField.AttestationEventLog) : null);
        AttestationResult result = log is null ? AttestationResult.Empty : EventLogVectors.Verify(log, pcrs, values);
        if (vector.Find("event-log-mismatch") is { } earlier && EventLog.TryParse(earlier) is { } parsed)
        {
            JsonObject replay = EventLogVectors.DescribeReplay(parsed, [pcrs[0]])[pcrs[0].Algorithm.BankName()]!.AsObject();
            values["earlierLog"] = new JsonObject
            {
                ["matches"] = replay["matches"]!.DeepClone(),
                ["mismatches"] = new JsonArray([.. replay["mismatches"]!.AsObject().Select(pcr => (JsonNode)int.Parse(pcr.Key, System.Globalization.CultureInfo.InvariantCulture))]),
            };
        }
        return result;
    }

    private static AttestationResult VerifyAkCertificate(VectorCase vector, byte[] certificate, TpmtPublic? area)
    {
        if (area is null || Certificate.TryParse(certificate) is not { } parsed || !EkCertificate.Certifies(parsed, area)) throw new InvalidDataException("The AK certificate is not for the AK.");
        return CertificateVerifier.Verify(EkVectors.ReadChain(vector, certificate), TrustedRoots.Vendors, Classes, vector.VerifyAt ?? throw new InvalidDataException("The case has no time."));
    }

    // What the verifier expects is in the case; a case that names none is only about other things.
    private static byte[] ReadNonce(VectorCase vector, byte[] attest) =>
        ((string?)vector.Expected["verifierNonce"] ?? (string?)vector.Expected["nonce"]) is { } nonce ? Convert.FromHexString(nonce) : TpmsAttest.TryParse(attest, out _)?.ExtraData.ToArray() ?? [];

    private static TpmtPublic? ReadPublicArea(VectorCase vector) => vector.Find("tpmt-public") is { } bare
        ? TpmtPublic.TryParse(bare)
        : vector.All("tpm2b-public").FirstOrDefault(file => file.Name.StartsWith("ak", StringComparison.Ordinal)) is { Bytes: { } sized } ? TpmtPublic.TryParseSized(sized) : null;

    private static TpmKey ReadKey(VectorCase vector, TpmtPublic? area)
    {
        if (area is not null) return TpmKey.FromPublicArea(area) ?? throw new InvalidDataException("The AK does not sign.");
        byte[] spki = vector.Find("ak-spki") ?? throw new InvalidDataException("The case has no AK.");
        return TpmKey.FromSubjectPublicKeyInfo(PublicKeyInfo.TryParse(spki) ?? throw new InvalidDataException("The AK is unreadable."));
    }

    internal static JsonObject Describe(TpmsAttest quote) => new()
    {
        ["magic"] = $"0x{TpmsAttest.Magic:x8}",
        ["type"] = $"0x{TpmsAttest.QuoteTag:x4}",
        ["qualifiedSigner"] = Hex(quote.QualifiedSigner),
        ["extraData"] = Hex(quote.ExtraData),
        ["clock"] = quote.ClockInfo.ClockMilliseconds,
        ["resetCount"] = quote.ClockInfo.ResetCount,
        ["restartCount"] = quote.ClockInfo.RestartCount,
        ["safe"] = quote.ClockInfo.IsSafe ? 1 : 0,
        ["firmwareVersion"] = $"{quote.FirmwareVersion:x16}",
        ["pcrSelect"] = new JsonArray([.. quote.Selections.Select(selection => (JsonNode)new JsonArray(selection.Bank.BankName(), new JsonArray([.. selection.Pcrs.Indices().Select(index => (JsonNode)index)])))]),
        ["pcrDigest"] = Hex(quote.PcrDigest),
    };

    private static JsonObject Describe(TpmtSignature signature) => new()
    {
        ["algorithm"] = signature.Scheme switch { TpmAlgorithm.RsaSsa => "RSASSA", TpmAlgorithm.RsaPss => "RSAPSS", _ => "ECDSA" },
        ["hash"] = signature.Hash.BankName(),
    };

    private static string Hex(ReadOnlyMemory<byte> bytes) => Convert.ToHexStringLower(bytes.Span);
}
