namespace Errand.Attestation;

/// <summary>Checks collateral, and the platform against it.</summary>
internal static class CollateralChecks
{
    private const string Refetch = "Fetch the platform's collateral again from the provisioning certification service.";

    internal static void Run(IntelVerification verification, IntelQuote quote, IReadOnlyList<Certificate> chain, IntelCollateral collateral, DateTimeOffset now, IntelMemory memory)
    {
        CheckList checks = verification.Checks;
        SignedCollateral<TcbInfo>? info = collateral.TcbInfo.IsEmpty ? null : memory.ReadTcbInfo(collateral.TcbInfo, collateral.TcbInfoChain);
        SignedCollateral<EnclaveIdentity>? identity = collateral.QeIdentity.IsEmpty ? null : memory.ReadIdentity(collateral.QeIdentity, collateral.QeIdentityChain);

        // 5. Revocation. The collateral's signers are certified by the root too.
        CheckRevocation(verification, chain, [info?.Chain, identity?.Chain], collateral, now, memory);

        // 6. TCB info and identity.
        if (info is null) checks.Skip("tcb-info", "No TCB info was given: the platform's status is unknown.");
        else if (CheckDocument(checks, "tcb-info", info.Fault, info.Chain, chain[2], info.Content?.Period, now)) CheckPlatform(checks, quote, info.Content!, verification.Pck!);
        if (identity is null) checks.Skip("qe-identity-document", "No identity of the quoting enclave was given: only its signer's certificate vouches for it.");
        else CheckDocument(checks, "qe-identity-document", identity.Fault, identity.Chain, chain[2], identity.Content?.Period, now);

        // 7. and 8. The enclave, the module, the level.
        TdReport? td = quote.TeeType == IntelTeeType.Tdx ? TdReport.TryParse(quote.Body) : null;
        if (identity?.Content is { } enclave) CheckQe(checks, quote, enclave, QeEvaluation.Of(enclave, quote.Signature.QeReport));
        if (info?.Content is not { } tcb || tcb.TeeType != quote.TeeType) return;
        verification.Tcb = TcbEvaluator.Evaluate(tcb, identity?.Content, verification.Pck!, quote.Signature.QeReport, td);
        CheckLevels(checks, verification.Tcb);
    }

    private static void CheckRevocation(IntelVerification verification, IReadOnlyList<Certificate> chain, IReadOnlyList<Certificate>?[] signers, IntelCollateral collateral, DateTimeOffset now, IntelMemory memory)
    {
        CheckList checks = verification.Checks;
        if (collateral.RootCaCrl.IsEmpty) checks.Skip("ca-revocation", "No revocation list of the root was given.");
        else RevocationCheck.Run(checks, "ca", memory.ReadList(collateral.RootCaCrl), chain[2], signers.OfType<IReadOnlyList<Certificate>>().SelectMany(signer => signer.Take(1)).Prepend(chain[1]), now, memory.IsIssuedBy);
        if (collateral.PckCrl.IsEmpty) checks.Skip("pck-revocation", "No revocation list of the platform's CA was given.");
        else RevocationCheck.Run(checks, "pck", memory.ReadList(collateral.PckCrl), chain[1], [chain[0]], now, memory.IsIssuedBy);
        verification.RevocationChecked = collateral is { RootCaCrl.IsEmpty: false, PckCrl.IsEmpty: false };
    }

    // Signature, chain, the same root key as the platform's, and times of certificates and document.
    private static bool CheckDocument(CheckList checks, string name, string? fault, IReadOnlyList<Certificate> signers, Certificate root, CollateralPeriod? period, DateTimeOffset now)
    {
        fault ??= signers[1].SpkiDigest == root.SpkiDigest ? null : "its signer is certified by another root than the platform";
        checks.Require(fault is null, name, AttestationReason.Collateral, "signed by Intel's TCB signing key", fault ?? "holds", Refetch);
        if (fault is not null || period is not { } valid) return false;

        Certificate? expired = CertificateChain.FindExpired(signers, now);
        checks.Require(expired is null, name + "-signer-validity", AttestationReason.CertificateExpired, $"valid at {now:u}",
            expired is null ? "valid" : $"{expired.NotBefore:u} to {expired.NotAfter:u}", Refetch);
        checks.Require(valid.Contains(now), name + "-validity", AttestationReason.CollateralExpired, $"valid at {now:u}", valid.ToString(), Refetch);
        foreach (Certificate signer in signers) checks.EndsAt(name + "-signer-validity", $"certificate of {DistinguishedName.Find(signer.Fields.Subject, Oids.CommonName)}", signer.NotAfter);
        checks.EndsAt(name + "-validity", name == "tcb-info" ? "TCB info" : "identity of the quoting enclave", valid.NextUpdate);
        return true;
    }

    private static void CheckPlatform(CheckList checks, IntelQuote quote, TcbInfo info, PckCertificate pck)
    {
        bool same = info.TeeType == quote.TeeType && info.Fmspc.Span.SequenceEqual(pck.Fmspc.Span) && info.PceId.Span.SequenceEqual(pck.PceId.Span);
        checks.Require(same, "tcb-info-platform", AttestationReason.Collateral, Describe(quote.TeeType, pck.Fmspc, pck.PceId), Describe(info.TeeType, info.Fmspc, info.PceId),
            "The TCB info is for another kind of platform. Fetch that of this FMSPC.");
    }

    private static void CheckQe(CheckList checks, IntelQuote quote, EnclaveIdentity identity, QeEvaluation qe)
    {
        string id = quote.TeeType == IntelTeeType.Tdx ? "TD_QE" : "QE";
        checks.Require(identity.Id == id && qe.Matches, "qe-identity", AttestationReason.QeIdentity, $"{id}: signer, product, attributes and MISCSELECT as published", identity.Id != id ? $"the identity of {identity.Id}"
            : $"signer {Word(qe.MrSignerMatches)}, product {Word(qe.IsvProductIdMatches)}, attributes {Word(qe.AttributesMatch)}, MISCSELECT {Word(qe.MiscSelectMatches)}",
            "The enclave that signed is not Intel's quoting enclave for this TEE, or the identity is for another one.");
    }

    private static void CheckLevels(CheckList checks, TcbEvaluation tcb)
    {
        if (tcb.Module is { } module)
        {
            checks.Require(module.Matches, "tdx-module", AttestationReason.TdxModule, "a TDX module that Intel lists",
                module.IsListed ? $"{module.Id}: signer {Word(module.MrSignerMatches)}, attributes {Word(module.AttributesMatch)}" : $"{module.Id} is not listed",
                "The TDX module is not Intel's, is a debug build, or is newer than the TCB info. " + Refetch);
        }
        checks.Require(tcb.Status != IntelTcbStatus.NotSupported, "tcb-level", AttestationReason.TcbLevelNotFound, "a TCB level that Intel lists", tcb.Status.ToString(),
            "The platform's firmware, TDX module or quoting enclave is below everything that Intel supports. Update it.");
    }

    private static string Describe(IntelTeeType tee, ReadOnlyMemory<byte> fmspc, ReadOnlyMemory<byte> pceId) =>
        $"{tee}, FMSPC {Convert.ToHexStringLower(fmspc.Span)}, PCE-ID {Convert.ToHexStringLower(pceId.Span)}";

    private static string Word(bool matches) => matches ? "matches" : "differs";
}
