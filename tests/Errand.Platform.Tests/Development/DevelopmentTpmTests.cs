using System.Security.Cryptography;
using CsCheck;
using Errand.Attestation;

namespace Errand.Platform.Tests;

public sealed class DevelopmentTpmTests
{
    private static readonly byte[] Nonce = SHA256.HashData("nonce"u8);

    [Theory]
    [InlineData(EkTemplate.EccL2)]
    [InlineData(EkTemplate.RsaL1)]
    public void Evidence_passes_the_production_verifier_with_only_the_root_differing(EkTemplate template)
    {
        using DevelopmentTpm tpm = DevelopmentTpm.Create(Vendors.Genoa, TimeProvider.System, template);
        PlatformEvidence evidence = tpm.Collect(Nonce, DevelopmentTpm.MeasuredPcrs);
        PlatformAppraisal appraisal = PlatformAppraiser.Appraise(evidence, Vendors.PolicyFor(Nonce, template), Vendors.Now);
        Assert.True(appraisal.Result.Accepted, appraisal.Result.FirstFailure?.ToString());
        Assert.True(appraisal.IsDevelopment);
        Assert.Equal(tpm.EkPublic.Encoded.ToArray(), appraisal.EkPublic!.Value.ToArray());
        Assert.True(Primitives.CanonicalCbor.IsCanonical(appraisal.Claims!.Encoded.Span));
        Assert.InRange(evidence.Encode().Length, 2000, 8 * 1024);
    }

    [Theory]
    [InlineData(EkTemplate.EccL2)]
    [InlineData(EkTemplate.RsaL1)]
    public void Tpm_survives_export_and_import(EkTemplate template)
    {
        using DevelopmentTpm tpm = DevelopmentTpm.Create(Vendors.Genoa, TimeProvider.System, template, new DevelopmentBoot { Kernel = "other" });
        tpm.Reboot();
        using DevelopmentTpm? again = DevelopmentTpm.Import(tpm.Export(), TimeProvider.System);
        Assert.NotNull(again);
        Assert.Equal(2u, again.ResetCount);
        Assert.Equal(tpm.Boot, again.Boot);
        Assert.Equal(tpm.AkPublic.Name, again.AkPublic.Name);
        PlatformEvidence evidence = again.Collect(Nonce, DevelopmentTpm.MeasuredPcrs);
        Assert.True(PlatformAppraiser.Appraise(evidence, Vendors.PolicyFor(Nonce, template), Vendors.Now).Result.Accepted);
        CredentialChallenge challenge = MakeCredential.Create(tpm.EkPublic, tpm.AkPublic.Name, Nonce)!;
        Assert.Equal(Nonce, again.ActivateCredential(challenge));
    }

    [Fact]
    public void Reboot_raises_the_reset_count_and_another_boot_changes_the_pcrs()
    {
        using DevelopmentTpm tpm = DevelopmentTpm.Create(Vendors.Genoa, TimeProvider.System);
        byte[] before = tpm.Quote(Nonce, PcrSet.Of(4)).Pcrs[4].ToArray();
        tpm.Reboot();
        Assert.Equal(2u, tpm.ResetCount);
        Assert.Equal(before, tpm.Quote(Nonce, PcrSet.Of(4)).Pcrs[4].ToArray());
        tpm.Reboot(new DevelopmentBoot { Kernel = "another" });
        Assert.NotEqual(before, tpm.Quote(Nonce, PcrSet.Of(4)).Pcrs[4].ToArray());
    }

    [Fact]
    public void Every_flipped_byte_of_evidence_is_refused()
    {
        using DevelopmentTpm tpm = DevelopmentTpm.Create(Vendors.Genoa, TimeProvider.System);
        byte[] encoded = tpm.Collect(Nonce, DevelopmentTpm.MeasuredPcrs).Encode();
        PlatformPolicy policy = Vendors.PolicyFor(Nonce);
        Assert.True(Accepted(encoded));
        int firstLogByte = encoded.Length - tpm.EventLog.Length;
        List<int> unnoticed = [];
        for (int i = 0; i < encoded.Length; i++)
        {
            encoded[i] ^= (byte)(1 << (i % 8));
            if (Accepted(encoded)) unnoticed.Add(i);
            encoded[i] ^= (byte)(1 << (i % 8));
        }
        // Data of log events that nothing hashes (names of images, the text of the first event) may change unnoticed, and attributes that an
        // attestation key is free to have: with them the Name changes, and no credential challenge is answered.
        int attributes = encoded.AsSpan().IndexOf(tpm.AkPublic.Encoded.Span) + 4;
        Assert.All(unnoticed, index => Assert.True(index >= firstLogByte || (index >= attributes && index < attributes + 4), $"byte {index}"));
        Assert.True(unnoticed.Count < tpm.EventLog.Length);

        bool Accepted(byte[] bytes) => PlatformEvidence.TryParse(bytes, out PlatformEvidence? evidence) && PlatformAppraiser.Appraise(evidence, policy, Vendors.Now).Result.Accepted;
    }

    [Fact]
    public void Damaged_state_is_refused_or_still_a_tpm() => FuzzState(DevelopmentTpm.Create(Vendors.Genoa, TimeProvider.System).Export(), state => DevelopmentTpm.Import(state, TimeProvider.System)?.Dispose());

    [Fact]
    public void Damaged_vendor_state_is_refused_or_still_a_vendor() => FuzzState(Vendors.Genoa.Export(), state => DevelopmentVendor.Import(state)?.Dispose());

    private static void FuzzState(byte[] good, Action<byte[]> import)
    {
        // Importing RSA keys is slow: a long run makes fewer of these.
        int iterations = int.TryParse(Environment.GetEnvironmentVariable("ERRAND_FUZZ_ITERATIONS"), out int count) ? Math.Clamp(count / 50, 60, 5000) : 60;
        Gen.Select(Gen.Int[0, good.Length - 1], Gen.Byte[1, 255], Gen.Int[0, good.Length]).Sample((place, flip, size) =>
        {
            byte[] bad = [.. good];
            bad[place] ^= flip;
            import(bad);
            import(bad[..size]);
        }, iter: iterations, threads: 1);
    }
}
