using Errand.Attestation;
using Errand.Client;

namespace Errand.Cli;

/// <summary><c>errand evidence policy</c>.</summary>
internal static class EvidencePolicy
{
    public static ExitCode Run(CommandContext context, string? kind, string[]? from, string[]? roles, EvidenceVerifyOptions options)
    {
        bool hasFiles = from is { Length: > 0 } || roles is { Length: > 0 };
        if (kind is null == !hasFiles) throw new ClientException(ClientError.Usage, "Name either --kind KIND or --from FILE.");
        context.Output.Write(kind is null ? Draft(context, from ?? [], roles ?? [], options) : AppraisalPolicyFile.Template(EvidenceKinds.FromCode(kind)!.Value));
        return ExitCode.Ok;
    }

    private static string Draft(CommandContext context, string[] from, string[] roles, EvidenceVerifyOptions options)
    {
        if (!EvidenceBundle.TryCreate(EvidenceFiles.Read(context, from, roles), out EvidenceBundle? bundle, out EvidenceFault? fault)) throw new EvidenceException(fault);
        List<string> notes = [];
        TrustedRoots roots = ExtraRoots.Pin(context, context.Get(options.Root) ?? [], bundle.Kind, notes);
        Collateral collateral = EvidenceFiles.ReadCollateral(context, context.Get(options.Collateral));
        DateTimeOffset now = options.TimeOf(context);
        AppraisalPolicy policy = EvidenceVerifier.DraftPolicy(bundle, collateral, roots, now) ?? throw NoDraft(bundle, EvidenceVerifier.Appraise(bundle, collateral, null, roots, now));
        // Where the policy leaves the nonce to whoever verifies, the evidence's own stands in for it here.
        byte[]? nonce = policy.AzureVtpm is null ? null : Convert.FromHexString(EvidenceVerifier.Appraise(bundle, collateral, null, roots, now).Claims["nonce"]);
        ExplainedResult appraised = EvidenceVerifier.Appraise(bundle, collateral, policy, roots, now, nonce is null ? null : (ReadOnlyMemory<byte>?)nonce);
        string[] heading =
        [
            $"REVIEW BEFORE USE. Made at {now:u} from the values of {string.Join(", ", bundle.Files.Select(file => Path.GetFileName(file.Name)))}.",
            "It accepts what it was made from, good or not: look at every value, and replace the nonce or report data by \"given\".",
            appraised.Verdict == Verdict.Accepted ? "That evidence is accepted under it." : $"Even that evidence is refused under it: {appraised.Sentence}",
            .. notes,
        ];
        return AppraisalPolicyFile.Write(policy, heading.Select(Printable.Of));
    }

    private static EvidenceException NoDraft(EvidenceBundle bundle, ExplainedResult result) => new(result.Verdict == Verdict.Rejected
        ? new EvidenceFault("evidence/not-authentic", $"The evidence is not authentic, so no policy is made of it. {result.Sentence}", "See every check with: errand evidence verify.")
        : new EvidenceFault("evidence/unsigned", $"Nobody signs {bundle.Kind.Title()}: no policy can accept it by itself.", "Give the quote that goes with it."));
}
