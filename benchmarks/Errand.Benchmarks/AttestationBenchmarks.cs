using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Errand.Attestation;
using Errand.Platform;

namespace Errand.Benchmarks;

/// <summary>What a verifier spends on one piece of evidence: certificates, signatures, log, policy. Development evidence, production code.</summary>
[MemoryDiagnoser]
public class AttestationBenchmarks
{
    private static readonly DateTimeOffset Now = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly byte[] Nonce = SHA256.HashData("benchmark"u8);

    private TeeEvidence _tee = null!;
    private readonly VerifiedIssuers _known = new();
    private EventLog _log = null!;
    private TeePolicy _teePolicy = null!;
    private PlatformEvidence _platform = null!;
    private PlatformPolicy _platformPolicy = null!;
    private TpmKey _attestationKey = null!;
    private TpmtPublic _endorsementKey = null!;
    private byte[] _attestationKeyName = null!;

    /// <summary>Makes the evidence once; the vendor's RSA keys take seconds.</summary>
    [GlobalSetup]
    public void Setup()
    {
        using DevelopmentVendor vendor = DevelopmentVendor.Create(new byte[32]);
        TrustedRoots roots = vendor.DangerousPinInto(TrustedRoots.Vendors);
        var options = new DevelopmentTeeOptions { ChipId = DevelopmentTee.DeriveChipId(SnpProductLine.Genoa, "chip"u8), Measurement = new byte[48] };
        using var tee = new DevelopmentTee(vendor, options);
        _tee = tee.Report(new byte[64]);
        _teePolicy = new TeePolicy
        {
            Roots = roots,
            SevSnp = new SnpPolicy
            {
                References = [tee.ToReference("image")],
                Floors = new Dictionary<SnpProductLine, SnpTcbFloor> { [SnpProductLine.Genoa] = SnpTcbFloor.Same(DevelopmentTeeOptions.DefaultTcb) },
                Chip = new SnpChipRule.Exactly(options.ChipId),
                Platform = SnpPlatformRule.Any,
                Mitigations = 0,
                Revocation = SnpRevocationRule.WhenGiven,
                ReportData = new SnpReportDataRule.Exactly(new byte[64]),
            },
        };

        using DevelopmentTpm tpm = DevelopmentTpm.Create(vendor, TimeProvider.System);
        _platform = tpm.Collect(Nonce, DevelopmentTpm.MeasuredPcrs);
        _platformPolicy = new PlatformPolicy
        {
            Roots = roots,
            RootClasses = [RootClass.TpmHardware],
            EkTemplates = new Dictionary<TpmVendor, EkTemplate> { [DevelopmentTpm.Vendor] = EkTemplate.EccL2 },
            RequiredPcrs = DevelopmentTpm.MeasuredPcrs,
            Nonce = Nonce,
            ExpiredNonces = [],
            Class = PlatformClass.Identity,
            References = [],
            RequireSecureBoot = true,
            RequireIma = false,
            Ima = null,
            DeniedTpms = [],
        };
        _attestationKey = TpmKey.FromPublicArea(tpm.AkPublic)!;
        _endorsementKey = tpm.EkPublic;
        _log = EventLog.TryParse(_platform.EventLog.Span)!;
        _attestationKeyName = tpm.AkPublic.Name;
        if (!SnpWithChain() || !SnpWithKnownIssuers() || !TpmQuoteWithReplay() || !Platform()) throw new InvalidOperationException("The evidence must be good, or refusals are measured.");
    }

    /// <summary>SEV-SNP report with its chain of three certificates, and a policy.</summary>
    [Benchmark]
    public bool SnpWithChain() => TeeAppraiser.Appraise(_tee, _teePolicy, Now).Result.Accepted;

    /// <summary>The same with issuers remembered from the report before; the signatures of report and endorsement key are checked.</summary>
    [Benchmark]
    public bool SnpWithKnownIssuers() => TeeAppraiser.Appraise(_tee, _teePolicy, Now, _known).Result.Accepted;

    /// <summary>One quote as below, and the replay of a log that was parsed before, compared with all its PCRs.</summary>
    [Benchmark]
    public bool TpmQuoteWithReplay() => TpmQuote() && EventLogReplay.Replay(_log, TpmAlgorithm.Sha256) is { } replay
        && EventLogReplay.FindMismatches(_log, replay, _platform.Pcrs, replay.Pcrs).Size == 0;

    /// <summary>One quote: parse, ECDSA P-256, nonce, PCR digest.</summary>
    [Benchmark]
    public bool TpmQuote() => QuoteVerifier.Verify(_platform.Attest.Span, _platform.Signature.Span, _attestationKey, Nonce, [_platform.Pcrs]).Result.Accepted;

    /// <summary>A whole Proof of Trust: EK chain, quote, event log, policy.</summary>
    [Benchmark]
    public bool Platform() => PlatformAppraiser.Appraise(_platform, _platformPolicy, Now).Result.Accepted;

    /// <summary>A credential challenge for an ECC endorsement key.</summary>
    [Benchmark]
    public CredentialChallenge? Challenge() => MakeCredential.Create(_endorsementKey, _attestationKeyName, Nonce);
}
