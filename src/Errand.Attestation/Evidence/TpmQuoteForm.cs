using System.Globalization;

namespace Errand.Attestation;

/// <summary>
/// A TPM quote: TPMS_ATTEST, TPMT_SIGNATURE, the attestation key (public area, SubjectPublicKeyInfo or certificate), PCR values, and the
/// event log if it is there.
/// </summary>
internal sealed class TpmQuoteForm : EvidenceForm
{
    private static readonly RootClass[] Classes = [RootClass.TpmHardware, RootClass.TpmCloud];

    private const int SecureBootPcr = 7;

    internal override EvidenceKind Kind => EvidenceKind.TpmQuote;

    internal override string Code => "tpm-quote";

    internal override string Title => "a TPM quote";

    internal override IReadOnlyList<EvidenceRole> Once { get; } =
        [EvidenceRole.TpmAttest, EvidenceRole.TpmSignature, EvidenceRole.TpmPublic, EvidenceRole.PublicKey, EvidenceRole.PcrValues, EvidenceRole.EventLog, EvidenceRole.ImaLog];

    // Azure's report vouches for the key of a quote that comes with it.
    internal override bool IsPresent(IReadOnlyList<SortedFile> files) => base.IsPresent(files) && !files.Any(file => file.Role == EvidenceRole.HclReport);

    internal override IReadOnlyList<EvidenceClaim>? Describe(EvidenceBundle evidence)
    {
        if (TpmsAttest.TryParse(evidence.Find(EvidenceRole.TpmAttest)!.Bytes.Span, out _) is not { } quote) return null;
        ClaimList claims = Describe(quote);
        if (evidence.Find(EvidenceRole.PcrValues) is { } pcrs && PcrValues.TryParseEither(pcrs.Bytes) is { } banks) Describe(claims, banks, []);
        if (evidence.Find(EvidenceRole.EventLog) is { } log && EventLog.TryParse(log.Bytes.Span) is { } parsed) EventLogForm.Describe(claims, parsed, parsed.Algorithms);
        return [.. claims];
    }

    internal override FormVerification Verify(VerificationContext context)
    {
        ReadOnlyMemory<byte> attest = context.Take(EvidenceRole.TpmAttest)!.Value;
        AttestationResult result = VerifyKey(context, out TpmKey? key, out TpmtPublic? area, out TrustedRoot? root);
        result = result.Then(PcrValues.Read(context, out IReadOnlyList<PcrBank> banks));
        if (context.Take(EvidenceRole.TpmSignature) is not { } signature) result = result.Then(Missing("quote-signature", "a TPMT_SIGNATURE", "Give the quote's signature."));
        else if (key is not null)
        {
            // What was asked for is not known here: the nonce is compared once the quote is known to be authentic.
            ReadOnlyMemory<byte> nonce = TpmsAttest.TryParse(attest.Span, out _)?.ExtraData ?? default;
            QuoteVerification verification = QuoteVerifier.Verify(attest.Span, signature.Span, key, nonce.Span, banks);
            result = result.Then(new AttestationResult([.. verification.Result.Checks.Where(check => check.Name != "nonce")], verification.Result.Validities));
        }
        EventLog? log = null;
        if (context.Take(EvidenceRole.EventLog) is { } logBytes)
        {
            result = result.Then(EventLogVerifier.Verify(logBytes.Span, banks));
            log = EventLog.TryParse(logBytes.Span);
        }
        VerifiedImaLog? ima = null;
        if (context.Take(EvidenceRole.ImaLog) is { } list) result = result.Then(VerifyIma(list, TpmsAttest.TryParse(attest.Span, out _), banks, out ima));
        if (!result.Accepted || TpmsAttest.TryParse(attest.Span, out _) is not { } quote) return FormVerification.Refused(result);

        ClaimList claims = Describe(quote);
        if (area is not null) claims.Add("key-name", area.Name);
        Describe(claims, banks, quote.Selections);
        if (log is not null) EventLogForm.Describe(claims, log, [.. quote.Selections.Where(selection => selection.Pcrs.Contains(SecureBootPcr)).Select(selection => selection.Bank).OrderByDescending(bank => bank.DigestSize())]);
        if (ima is not null) claims.Add("ima-entries", (ulong)ima.Entries.Count);
        if (root is not null) RootClaims.Add(claims, root);
        var verified = new VerifiedTpmQuote(quote, area, root, banks, log, ima);
        return new FormVerification(result, [.. claims], quote.ExtraData,
            policy => policy.TpmQuote is { } section ? TpmQuoteAppraiser.Appraise(verified, section) : null,
            () => AppraisalPolicy.Nothing with { TpmQuote = TpmQuotePolicyFile.Draft(verified) });
    }

    // Held against the strongest quoted bank that has PCR 10: values that were not quoted vouch for nothing.
    private static AttestationResult VerifyIma(ReadOnlyMemory<byte> list, TpmsAttest? quote, IReadOnlyList<PcrBank> banks, out VerifiedImaLog? verified)
    {
        ImaLog? log = list.Span.StartsWith("10 "u8) ? ImaLog.TryParseText(list.Span) : ImaLog.TryParse(list.Span);
        PcrSelection selection = quote is null ? default : quote.Selections.Where(candidate => candidate.Pcrs.Contains(ImaVerifier.PcrIndex)).OrderByDescending(candidate => candidate.Bank.DigestSize()).FirstOrDefault();
        PcrBank? bank = banks.FirstOrDefault(candidate => candidate.Algorithm == selection.Bank);
        IEnumerable<KeyValuePair<int, ReadOnlyMemory<byte>>> quoted = bank is null ? [] : bank.Pcrs.Indices().Where(selection.Pcrs.Contains).Select(index => KeyValuePair.Create(index, bank[index]));
        ImaVerification verification = ImaVerifier.Verify(log, new PcrBank(bank?.Algorithm ?? TpmAlgorithm.Sha256, quoted));
        verified = verification.Log;
        return verification.Result;
    }

    private static AttestationResult VerifyKey(VerificationContext context, out TpmKey? key, out TpmtPublic? area, out TrustedRoot? root)
    {
        var checks = new CheckList();
        key = null;
        root = null;
        area = context.Take(EvidenceRole.TpmPublic) is { } bytes ? TpmtPublic.TryParse(bytes.Span) ?? TpmtPublic.TryParseSized(bytes.Span) : null;
        Certificate? certificate = FindKeyCertificate(context, area);
        PublicKeyInfo? info = null;
        if (area is not null)
        {
            string? fault = AttestationKeyRule.FindAttributeFault(area);
            checks.Require(fault is null, "ak-attributes", AttestationReason.AkAttributes, "a restricted signing key that never leaves its TPM", fault ?? "it is",
                "Whoever holds such a key can sign quotes that no TPM made. Make an attestation key as the TPM's endorsement hierarchy does.");
            key = TpmKey.FromPublicArea(area);
        }
        else if ((info = context.Take(EvidenceRole.PublicKey) is { } spki ? PublicKeyInfo.TryParse(CertificatePool.Decode(spki, "PUBLIC KEY"u8)) : null) is not null) key = TpmKey.FromSubjectPublicKeyInfo(info);
        else if (certificate is not null) key = TpmKey.FromSubjectPublicKeyInfo(certificate.PublicKey);
        // A certificate of another key vouches for nothing here.
        if (area is null && info is { } given && certificate is { } other && other.SpkiDigest != given.Digest) certificate = null;
        checks.Require(key is not null, "ak-key", AttestationReason.Malformed, "the attestation key: a public area, a public key or its certificate", key is null ? "none" : "there",
            "Give the key that signed the quote: ak.pub as TPM2B_PUBLIC or PEM, or its certificate.");
        if (area is null && key is not null) checks.Skip("ak-attributes", "The key came without its public area: nothing shows that it signs only what a TPM made. Give its TPM2B_PUBLIC.");

        if (certificate is null) checks.Skip("ak-certificate", "Nothing here shows that the key is in a genuine TPM. Give its certificate chain, or have the TPM answer a credential challenge.");
        else
        {
            IReadOnlyList<Certificate> chain = context.Pool.ChainFrom(certificate);
            context.Use(CertificatePool.Encode(chain));
            root = RootCheck.Run(checks, chain, context.Roots, Classes, context.Now, AttestationReason.UntrustedRoot, context.Cache?.Issuers);
        }
        return checks.ToResult();
    }

    // With a public area: the certificate for that very key. Without: the one that nothing else here was issued by.
    private static Certificate? FindKeyCertificate(VerificationContext context, TpmtPublic? area)
    {
        IEnumerable<Certificate> own = context.Evidence.All(EvidenceRole.Certificates).SelectMany(file => CertificatePool.Split(file.Bytes)).Select(der => Certificate.TryParse(der)).OfType<Certificate>();
        return area is not null
            ? own.FirstOrDefault(certificate => EkCertificate.Certifies(certificate, area))
            : own.FirstOrDefault(certificate => !certificate.IsSelfIssued && EkCertificate.TryRead(certificate) is null && !context.Pool.All.Any(other => other.Fields.Issuer.Span.SequenceEqual(certificate.Fields.Subject.Span)));
    }

    private static AttestationResult Missing(string name, string expected, string remedy) =>
        AttestationResult.Of(new AttestationCheck(name, CheckOutcome.Failed, AttestationReason.Malformed, expected, "none", remedy));

    private static ClaimList Describe(TpmsAttest quote) => new()
    {
        { "nonce", quote.ExtraData }, { "qualified-signer", quote.QualifiedSigner }, { "pcr-digest", quote.PcrDigest },
        { "pcr-selection", string.Join("; ", quote.Selections.Select(selection => $"{selection.Bank.BankName()}: {string.Join(',', selection.Pcrs.Indices())}")) },
        { "clock-milliseconds", quote.ClockInfo.ClockMilliseconds }, { "reset-count", quote.ClockInfo.ResetCount }, { "restart-count", quote.ClockInfo.RestartCount }, { "clock-safe", quote.ClockInfo.IsSafe },
        { "tpm-firmware", quote.FirmwareVersion.ToString("x16", NumberFormatInfo.InvariantInfo) },
    };

    // Only quoted values are claims of the quote; without selections, all that are there.
    private static void Describe(ClaimList claims, IReadOnlyList<PcrBank> banks, IReadOnlyList<PcrSelection> selections)
    {
        foreach (PcrBank bank in banks)
        {
            foreach (int index in bank.Pcrs.Indices())
            {
                if (selections.Count == 0 || selections.Any(selection => selection.Bank == bank.Algorithm && selection.Pcrs.Contains(index))) claims.Add($"pcr.{bank.Algorithm.BankName()}.{index}", bank[index]);
            }
        }
    }
}
