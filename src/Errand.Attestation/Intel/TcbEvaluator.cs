namespace Errand.Attestation;

/// <summary>
/// Matches a platform with Intel's TCB levels and joins the statuses of platform, TDX module and quoting enclave, by the rules of Intel's
/// quote verification library (Intel SGX ECDSA QuoteLibReference, section 4.1.2.4.17).
/// </summary>
internal static class TcbEvaluator
{
    internal static TcbEvaluation Evaluate(TcbInfo info, EnclaveIdentity? identity, PckCertificate pck, SgxReport qe, TdReport? td)
    {
        (TcbLevel? sgx, TcbLevel? platform) = Match(info, pck, td);
        QeEvaluation? quoting = identity is null ? null : QeEvaluation.Of(identity, qe);
        TdxModuleEvaluation? module = td is null ? null : TdxModuleEvaluation.Of(info, td);
        IsvSvnLevel?[] parts = [module?.Level, quoting?.Level];
        IEnumerable<IsvSvnLevel> reached = parts.OfType<IsvSvnLevel>();
        return new TcbEvaluation
        {
            FmspcMatches = info.Fmspc.Span.SequenceEqual(pck.Fmspc.Span),
            PceIdMatches = info.PceId.Span.SequenceEqual(pck.PceId.Span),
            Platform = platform,
            Module = module,
            Qe = quoting,
            Status = sgx is null || platform is null ? IntelTcbStatus.NotSupported : Join(info, sgx.Status, platform.Status, td, module, quoting),
            Advisories = [.. (platform?.Advisories ?? []).Concat(reached.SelectMany(level => level.Advisories)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            TcbDate = platform is null ? null : reached.Select(level => level.Date).Append(platform.Date).Min(),
            EvaluationDataNumber = Math.Min(info.EvaluationDataNumber, identity?.EvaluationDataNumber ?? int.MaxValue),
        };
    }

    // The first level whose SGX part is reached, and the first whose TDX part is reached too. For SGX they are the same.
    private static (TcbLevel? Sgx, TcbLevel? Platform) Match(TcbInfo info, PckCertificate pck, TdReport? td)
    {
        TcbLevel? first = null;
        foreach (TcbLevel level in info.Levels)
        {
            if (!Reaches(pck.Components.Span, level.SgxComponents.Span) || pck.PceSvn < level.PceSvn) continue;
            first ??= level;
            if (td is null || level.TdxComponents is { } components && ReachesTdx(td.TeeTcbSvn.Span, components.Span)) return (first, level);
        }
        return (first, null);
    }

    // From module version 1 on the first two components are not the platform's: the module's own levels speak of them.
    private static bool ReachesTdx(ReadOnlySpan<byte> actual, ReadOnlySpan<byte> least)
    {
        int start = actual[1] > 0 ? 2 : 0;
        return Reaches(actual[start..], least[start..]);
    }

    private static bool Reaches(ReadOnlySpan<byte> actual, ReadOnlySpan<byte> least)
    {
        for (int i = 0; i < least.Length; i++)
            if (actual[i] < least[i]) return false;
        return true;
    }

    private static IntelTcbStatus Join(TcbInfo info, IntelTcbStatus sgx, IntelTcbStatus platform, TdReport? td, TdxModuleEvaluation? module, QeEvaluation? qe)
    {
        IntelTcbStatus status = platform;
        bool moduleHasLevels = td is not null && td.TeeTcbSvn.Span[1] > 0;
        if (moduleHasLevels && module!.Level is null) return IntelTcbStatus.NotSupported;
        IntelTcbStatus moduleStatus = moduleHasLevels ? module!.Level!.Status : IntelTcbStatus.UpToDate;
        status = Lower(status, moduleStatus);
        if (status == IntelTcbStatus.Revoked && td is not null) return status;

        if (qe is { Level: null }) return IntelTcbStatus.NotSupported;
        IntelTcbStatus quoting = qe?.Level?.Status ?? IntelTcbStatus.UpToDate;
        // The newer module must be what is missing: everything else has to be in order (Intel TDX DCAP, TD relaunch advised).
        if (td?.TeeTcbSvn2 is { } running && quoting == IntelTcbStatus.UpToDate && moduleStatus == IntelTcbStatus.OutOfDate
            && !IsOld(sgx) && sgx != IntelTcbStatus.Revoked && IsOld(status) && IsLatest(info, running.Span))
            status = NeedsConfiguration(sgx) || NeedsConfiguration(status) ? IntelTcbStatus.TDRelaunchAdvisedConfigurationNeeded : IntelTcbStatus.TDRelaunchAdvised;
        return Lower(status, quoting);
    }

    // A part that is not up to date makes the whole out of date; a revoked one revokes it.
    private static IntelTcbStatus Lower(IntelTcbStatus whole, IntelTcbStatus part) => part switch
    {
        IntelTcbStatus.UpToDate => whole,
        IntelTcbStatus.Revoked => IntelTcbStatus.Revoked,
        _ => whole switch
        {
            IntelTcbStatus.UpToDate or IntelTcbStatus.SWHardeningNeeded => IntelTcbStatus.OutOfDate,
            IntelTcbStatus.ConfigurationNeeded or IntelTcbStatus.ConfigurationAndSWHardeningNeeded => IntelTcbStatus.OutOfDateConfigurationNeeded,
            _ => whole,
        },
    };

    // The module that runs now is at its latest level, and so is the microcode loaded late (TDX component 2).
    private static bool IsLatest(TcbInfo info, ReadOnlySpan<byte> running)
    {
        if (info.Levels[0].TdxComponents is not { } latest || running[2] < latest.Span[2]) return false;
        return running[1] == 0
            ? running[0] >= latest.Span[0]
            : TdxModuleEvaluation.Find(info, running[1]) is { Levels: [var top, ..] } && running[0] >= top.IsvSvn;
    }

    private static bool IsOld(IntelTcbStatus status) => status is IntelTcbStatus.OutOfDate or IntelTcbStatus.OutOfDateConfigurationNeeded;

    private static bool NeedsConfiguration(IntelTcbStatus status) =>
        status is IntelTcbStatus.ConfigurationNeeded or IntelTcbStatus.ConfigurationAndSWHardeningNeeded or IntelTcbStatus.OutOfDateConfigurationNeeded;
}
