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
        // Without values, whatever is no quote is still found out, and a quote is refused.
        IReadOnlyList<PcrBank> pcrs = vector.Find("tpm2-tools-pcr-file") is { } file ? PcrFile.Read(file) : vector.Find("pcr-values") is { } json ? VectorCase.ReadPcrs(json) : [];
        AttestationResult result = vector.Find("ak-certificate") is { } certificate ? VerifyAkCertificate(vector, certificate, area) : AttestationResult.Empty;
        if (area is not null) values["akName"] = Convert.ToHexStringLower(area.Name);
        if (vector.Find("tpm-name") is { } name && (area is null || !area.Name.AsSpan().SequenceEqual(name))) throw new InvalidDataException("The Name in the case is not that of its key.");

        var quotes = new JsonArray();
        foreach ((string quoteFile, byte[] attest) in vector.All("tpms-attest"))
        {
            byte[] signature = FindSignature(vector, quoteFile);
            QuoteVerification verification = QuoteVerifier.Verify(attest, signature, key, ReadNonce(vector, attest), pcrs);
            result = result.Then(verification.Result);
            values["quoteAuthentic"] = verification.Quote is not null;
            if (TpmsAttest.TryParse(attest, out _) is { } parsed) values["nonce"] = Hex(parsed.ExtraData);
            if (verification.Quote is not { } quote) continue;
            values["quote"] = Describe(quote);
            values["signature"] = Describe(TpmtSignature.TryParse(signature)!);
            quotes.Add(new JsonObject { ["bank"] = quote.Selections.Select(selection => selection.Bank.BankName()).FirstOrDefault(), ["attest"] = Describe(quote), ["signature"] = Describe(TpmtSignature.TryParse(signature)!) });
        }
        values["quotes"] = quotes;
        return (result.Then(VerifyLogs(vector, pcrs, values)), values);
    }

    private static AttestationResult VerifyLogs(VectorCase vector, IReadOnlyList<PcrBank> pcrs, JsonObject values)
    {
        byte[]? log = vector.Find("event-log") ?? (vector.Find("source-protobuf") is { } message ? ProtobufField.Find(message, ProtobufField.AttestationEventLog) : null);
        AttestationResult result = log is null ? AttestationResult.Empty : EventLogVectors.Verify(log, pcrs, values);
        if (pcrs.Count > 0 && vector.Find("event-log-mismatch") is { } earlier && EventLog.TryParse(earlier) is { } parsed)
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
        if (area is not null && !EkCertificate.Certifies(CaseCertificates.Read(certificate), area)) throw new InvalidDataException("The AK certificate is not for the AK.");
        return CertificateVerifier.Verify(EkVectors.ReadChain(vector, certificate), CaseRoots.Read(vector, Classes), Classes, vector.VerifyAt ?? throw new InvalidDataException("The case has no time."));
    }

    // What the verifier expects is in the case; a case that names none is only about other things.
    private static byte[] ReadNonce(VectorCase vector, byte[] attest) =>
        ((string?)vector.Expected["verifierNonce"] ?? (string?)vector.Expected["nonce"]) is { } nonce ? Convert.FromHexString(nonce) : TpmsAttest.TryParse(attest, out _)?.ExtraData.ToArray() ?? [];

    // One quote has one signature, whatever the files are called. Of several, a quote and its signature have the same name but for the ending;
    // signatures of other attestations stay aside.
    private static byte[] FindSignature(VectorCase vector, string quoteFile)
    {
        IReadOnlyList<(string Name, byte[] Bytes)> all = vector.All("tpmt-signature");
        return all.Count == 1 && vector.All("tpms-attest").Count == 1
            ? all[0].Bytes
            : all.SingleOrDefault(candidate => Path.GetFileNameWithoutExtension(candidate.Name) == Path.GetFileNameWithoutExtension(quoteFile)).Bytes ?? throw new InvalidDataException($"No signature is that of {quoteFile}.");
    }

    // Of several public areas, as those of the EK and the AK, the one that signs.
    private static TpmtPublic? ReadPublicArea(VectorCase vector)
    {
        TpmtPublic[] areas = [.. vector.All("tpmt-public").Concat(vector.All("tpm2b-public"))
            .Select(file => TpmtPublic.TryParseSized(file.Bytes) ?? TpmtPublic.TryParse(file.Bytes) ?? throw new InvalidDataException($"The public area {file.Name} is unreadable."))];
        return Array.Find(areas, area => area.Attributes.HasFlag(TpmObjectAttributes.Sign));
    }

    private static TpmKey ReadKey(VectorCase vector, TpmtPublic? area)
    {
        if (area is not null) return TpmKey.FromPublicArea(area) ?? throw new InvalidDataException("The AK does not sign.");
        if (vector.Find("ak-spki") is null && vector.Find("ak-spki-pem") is null && vector.Find("ak-certificate") is { } certificate) return TpmKey.FromSubjectPublicKeyInfo(CaseCertificates.Read(certificate).PublicKey);
        byte[] spki = vector.Find("ak-spki") ?? vector.Find("ak-spki-pem") ?? throw new InvalidDataException("The case has no AK.");
        return TpmKey.FromSubjectPublicKeyInfo(PublicKeyInfo.TryParse(CaseCertificates.Decode(spki)) ?? throw new InvalidDataException("The AK is unreadable."));
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
