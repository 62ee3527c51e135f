using System.Text;
using Errand.Attestation;

namespace Errand.Cli;

/// <summary><c>errand evidence verify</c>.</summary>
internal static class EvidenceVerify
{
    public static ExitCode Run(CommandContext context, IReadOnlyList<EvidenceFile> files, EvidenceVerifyOptions options)
    {
        if (!EvidenceBundle.TryCreate(files, out EvidenceBundle? bundle, out EvidenceFault? fault)) throw new EvidenceException(fault);
        List<string> notes = [];
        TrustedRoots roots = ExtraRoots.Pin(context, context.Get(options.Root) ?? [], bundle.Kind, notes);
        Collateral collateral = EvidenceFiles.ReadCollateral(context, context.Get(options.Collateral));
        byte[]? nonce = options.NonceOf(context);
        AppraisalPolicy? policy = context.Get(options.Policy) is { } file ? ReadPolicy(context, file, nonce) : null;
        ExplainedResult result = EvidenceVerifier.Appraise(bundle, collateral, policy, roots, options.TimeOf(context), nonce is null ? null : (ReadOnlyMemory<byte>?)nonce);
        if (context.Get(options.Ear)) context.Line(Encoding.UTF8.GetString(EarClaimsSet.Of(result)));
        else if (context.Json) context.Line(Encoding.UTF8.GetString(result.ToJson()));
        else EvidencePrinter.Print(context, result, notes);
        // Programs read the result alone; people who look over their shoulder still see what it rests on.
        if (context.Json || context.Get(options.Ear))
            foreach (string note in notes) context.Environment.Error.WriteLine($"note: {note}");
        return ExitOf(result.Verdict);
    }

    public static AppraisalPolicy ReadPolicy(CommandContext context, string file, byte[]? nonce)
    {
        byte[] json = EvidenceFiles.ReadBytes(context, file, AppraisalPolicyFile.SizeMax);
        if (AppraisalPolicyFile.TryParse(json, nonce is null ? null : (ReadOnlyMemory<byte>?)nonce, out AppraisalPolicy? policy, out IReadOnlyList<PolicyFault> faults)) return policy;
        throw new EvidenceException(new EvidenceFault("policy/malformed", $"{file} does not read: {string.Join(" ", faults)}", "Nothing was verified. errand evidence policy --kind KIND writes a file with every member explained."));
    }

    private static ExitCode ExitOf(Verdict verdict) => verdict switch
    {
        Verdict.Accepted or Verdict.Authentic => ExitCode.Ok,
        Verdict.Rejected => ExitCode.Verification,
        Verdict.Unsigned => ExitCode.Unsigned,
        _ => throw new ArgumentOutOfRangeException(nameof(verdict)),
    };
}
