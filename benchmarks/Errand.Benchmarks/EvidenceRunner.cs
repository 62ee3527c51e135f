using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Errand.Attestation;

namespace Errand.Benchmarks;

/// <summary>
/// How much evidence of each kind one core verifies and appraises in a second, from bytes to the explained result. Real evidence, from the
/// folders of the test vectors; the policy is made of the evidence itself.
/// </summary>
internal static class EvidenceRunner
{
    private static readonly string[] Folders =
    [
        "sev-snp/milan-v2-vcek", "sev-snp/genoa-v5-vcek", "tdx/v4-b0c06f-uptodate-2025", "tdx/v5-90c06f-uptodate-2026", "sgx/v3-00a067-configuration-and-swhardening-2025",
        "nitro/2025-12-dstack", "azure-vtpm/snp-milan-v1", "tpm/swtpm-rsa-sha256", "tpm/supermicro-ifx-ecc-two-banks-windows",
    ];

    // Inputs of single cases that are no part of the evidence.
    private static readonly string[] LeftOut = ["nonce", "qualifying-data", "report-data", "ccel-acpi-table"];

    // Parts of an Azure attester's document, which is the evidence.
    private static readonly string[] AzureParts = ["hcl-report", "hcl-runtime-data", "tpms-attest", "rsa-signature", "pcr-values", "snp-report", "endorsement-key-certificate"];

    public static int Run(ReadOnlySpan<string> arguments)
    {
        string vectors = arguments.Length > 0 ? arguments[0] : Environment.GetEnvironmentVariable("ERRAND_VECTORS") ?? "../shared/vectors";
        double seconds = arguments.Length > 1 ? double.Parse(arguments[1], CultureInfo.InvariantCulture) : 1;
        Console.WriteLine($"{"evidence",-52} {"first/s",9} {"known/s",9} {"bytes allocated",16}");
        int failures = 0;
        foreach (string folder in Folders)
        {
            string path = Path.Combine(vectors, folder);
            if (!Directory.Exists(path)) Console.WriteLine($"{folder,-52} not measured: the folder is missing");
            else if (Measure(path, seconds) is { } failure)
            {
                Console.WriteLine($"{folder,-52} failed: {failure}");
                failures++;
            }
        }
        return failures == 0 ? 0 : 1;
    }

    private static string? Measure(string path, double seconds)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(path, "case.json")));
        DateTimeOffset now = document.RootElement.TryGetProperty("verifyAt", out JsonElement at) ? at.GetDateTimeOffset() : DateTimeOffset.UnixEpoch;
        (string Name, string Role)[] listed = [.. document.RootElement.GetProperty("files").EnumerateArray().Select(file => (file.GetProperty("name").GetString()!, file.GetProperty("role").GetString()!))];
        bool azure = listed.Any(file => file.Role == "source-evidence");
        EvidenceFile[] files = [.. listed
            .Where(file => !LeftOut.Contains(file.Role) && !(azure && AzureParts.Contains(file.Role)))
            .Select(file => file.Name)
            .Select(name => new EvidenceFile(name, File.ReadAllBytes(Path.Combine(path, name))))];
        if (!EvidenceBundle.TryCreate(files, out EvidenceBundle? bundle, out EvidenceFault? fault)) return fault.ToString();
        var collateral = Collateral.From(files);
        // An Azure quote is bound to the challenge alone, so its policy asks for it.
        ReadOnlyMemory<byte>? nonce = null;
        if (azure) nonce = Convert.FromHexString(document.RootElement.GetProperty("expected").GetProperty("nonce").GetString()!);
        AppraisalPolicy? policy = EvidenceVerifier.DraftPolicy(bundle, collateral, TrustedRoots.Vendors, now);
        ExplainedResult result = EvidenceVerifier.Appraise(bundle, collateral, policy, TrustedRoots.Vendors, now, nonce);
        if (result.Verdict == Verdict.Rejected && policy is null) return result.Sentence;

        var cache = new EvidenceCache();
        double first = Rate(seconds, () => EvidenceVerifier.Appraise(bundle, collateral, policy, TrustedRoots.Vendors, now, nonce));
        double known = Rate(seconds, () => EvidenceVerifier.Appraise(bundle, collateral, policy, TrustedRoots.Vendors, now, nonce, cache));
        long before = GC.GetAllocatedBytesForCurrentThread();
        EvidenceVerifier.Appraise(bundle, collateral, policy, TrustedRoots.Vendors, now, nonce, cache);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{Path.GetFileName(Path.GetDirectoryName(path)) + "/" + Path.GetFileName(path),-52} {first,9:0} {known,9:0} {allocated,16:N0}   {result.Verdict.ToString().ToLowerInvariant()}"));
        return null;
    }

    // The best of five: other work on the machine only ever adds.
    private static double Rate(double seconds, Func<ExplainedResult> verify)
    {
        double best = 0;
        for (int round = 0; round < 5; round++)
        {
            var clock = Stopwatch.StartNew();
            int count = 0;
            do
            {
                verify();
                count++;
            }
            while (clock.Elapsed.TotalSeconds < seconds / 5);
            best = Math.Max(best, count / clock.Elapsed.TotalSeconds);
        }
        return best;
    }
}
