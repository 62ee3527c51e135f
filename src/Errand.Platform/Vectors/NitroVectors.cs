using System.Globalization;
using System.Text.Json.Nodes;
using Errand.Attestation;

namespace Errand.Platform;

/// <summary>Cases of attestation documents of the AWS Nitro system: verification under the root of the case. Policy is not theirs to test.</summary>
internal static class NitroVectors
{
    private const int CoseSign1Tag = 18;

    internal static (AttestationResult, JsonObject) Run(VectorCase vector)
    {
        byte[] bytes = vector.Find("attestation-document") ?? throw new InvalidDataException("The case has no document.");
        DateTimeOffset now = vector.VerifyAt ?? throw new InvalidDataException("The case has no time.");
        NitroVerification verification = NitroVerifier.Verify(bytes, CaseRoots.Read(vector, RootClass.AwsNitro), now);
        var values = new JsonObject { ["documentLength"] = bytes.Length, ["alsoFails"] = verification.Result.DescribeOtherFailures() };
        if (NitroDocument.TryParse(bytes) is not { } document) return (verification.Result, values);

        values["document"] = Describe(document);
        values["coseTag"] = document.IsTagged ? CoseSign1Tag : null;
        values["payloadIndefiniteLength"] = document.HasIndefinitePayload;
        values["debugMode"] = document.IsDebug;
        values["debug"] = document.IsDebug;
        Certificate?[] certificates = [.. document.CaBundle.Append(document.Certificate).Select(Certificate.TryParse)];
        if (!certificates.Contains(null))
            values["certificates"] = new JsonArray([.. certificates.Select(certificate => (JsonNode)new JsonObject { ["notBefore"] = $"{certificate!.NotBefore:u}", ["notAfter"] = $"{certificate.NotAfter:u}" })]);
        return (verification.Result, values);
    }

    private static JsonObject Describe(NitroDocument document)
    {
        int[] zero = [.. document.PcrIndices.Where(index => !document.Pcr(index).Span.ContainsAnyExcept((byte)0))];
        IEnumerable<KeyValuePair<string, JsonNode?>> extended = document.PcrIndices.Except(zero)
            .Select(index => KeyValuePair.Create(index.ToString(CultureInfo.InvariantCulture), (JsonNode?)Hex(document.Pcr(index))));
        return new JsonObject
        {
            ["module_id"] = document.ModuleId,
            ["digest"] = document.Digest,
            ["timestamp"] = document.Timestamp.ToUnixTimeMilliseconds(),
            ["pcrs"] = new JsonObject(extended),
            ["zero_pcrs"] = new JsonArray([.. zero.Select(index => (JsonNode)index)]),
            ["pcr_len"] = document.Pcr(document.PcrIndices.First()).Length,
            ["cabundle"] = document.CaBundle.Count,
            ["public_key"] = Hex(document.PublicKey),
            ["user_data"] = Hex(document.UserData),
            ["nonce"] = Hex(document.Nonce),
        };
    }

    private static JsonValue? Hex(ReadOnlyMemory<byte>? bytes) => bytes is { } value ? JsonValue.Create(Convert.ToHexStringLower(value.Span)) : null;
}
