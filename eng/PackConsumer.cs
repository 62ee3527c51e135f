using Errand.Attestation;

// A program that has nothing but the package: it recognises evidence, finds it forged, and says why.
byte[] report = new byte[SnpReport.Size];
report[0] = 2;
if (!EvidenceBundle.TryCreate([new EvidenceFile("report.bin", report)], out EvidenceBundle? bundle, out EvidenceFault? fault)) throw new InvalidOperationException(fault.Sentence);
ExplainedResult result = EvidenceVerifier.Appraise(bundle, Collateral.None, policy: null, TrustedRoots.Vendors, DateTimeOffset.UnixEpoch);
if (result is not { Kind: "sev-snp", Verdict: Verdict.Rejected, Reason: "malformed" }) throw new InvalidOperationException(result.Sentence);
Console.WriteLine($"consumer: {result.Kind} {result.Verdict}: {result.Sentence}");
