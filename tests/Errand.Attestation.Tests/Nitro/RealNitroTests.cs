using System.Globalization;

namespace Errand.Attestation.Tests;

/// <summary>Documents of real enclaves under the pinned root of AWS, verified and appraised.</summary>
public sealed class RealNitroTests
{
    [Theory]
    [InlineData("2022-pcr8-signed-image", "2022-10-13T09:00:00Z", AttestationReason.None)]
    [InlineData("2025-12-dstack", "2025-12-25T16:05:00Z", AttestationReason.None)]
    [InlineData("2025-indefinite-length-map", "2025-12-25T13:20:00Z", AttestationReason.None)]
    [InlineData("2021-debug-userdata-nonce", "2021-09-09T10:20:00Z", AttestationReason.Debug)]
    [InlineData("2022-debug-publickey", "2022-10-12T13:55:00Z", AttestationReason.Debug)]
    [InlineData("2023-nonce-userdata-debug", "2023-09-18T15:05:00Z", AttestationReason.Debug)]
    public void Real_document_is_authentic_and_only_debug_enclaves_are_refused(string name, string time, AttestationReason reason)
    {
        DateTimeOffset now = DateTimeOffset.Parse(time, CultureInfo.InvariantCulture);
        NitroVerification verification = NitroVerifier.Verify(Corpus.File("nitro", name, "document.cbor"), TrustedRoots.Vendors, now);
        Assert.True(verification.Result.Accepted, verification.Result.FirstFailure?.ToString());
        NitroDocument document = verification.Document!.Document;
        AttestationResult result = NitroAppraiser.Appraise(verification.Document, new NitroPolicy
        {
            References = [new NitroReference { Name = "itself", Source = NitroSource.Enclave, Pcrs = document.PcrIndices.ToDictionary(index => index, document.Pcr) }],
            Module = new NitroModuleRule.OfInstance(document.ModuleId[..document.ModuleId.IndexOf("-enc", StringComparison.Ordinal)]),
            Nonce = Same(document.Nonce),
            UserData = Same(document.UserData),
            PublicKey = Same(document.PublicKey),
            AgeMax = TimeSpan.FromHours(1),
            AheadMax = TimeSpan.Zero,
        }, now);
        Assert.Equal(reason, result.Reason);
        Assert.InRange(result.Checks.Count(check => check.Outcome == CheckOutcome.Failed), 0, 1);
    }

    private static NitroFieldRule Same(ReadOnlyMemory<byte>? value) => value is { } bytes ? new NitroFieldRule.Exactly(bytes) : new NitroFieldRule.Absent();
}
