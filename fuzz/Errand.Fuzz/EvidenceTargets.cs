using System.Text.Json;
using Errand.Attestation;

namespace Errand.Fuzz;

/// <summary>Evidence of each kind, one file of a piece changed and the others as they were; verified and appraised by a policy made of the whole piece.</summary>
internal static class EvidenceTargets
{
    private static readonly string[] Kinds = ["sev-snp", "tdx", "sgx", "nitro", "azure-vtpm", "tpm", "eventlog"];

    private sealed record Piece(EvidenceFile[] Files, int Changed, DateTimeOffset Now, Lazy<AppraisalPolicy?> Policy);

    public static IEnumerable<FuzzTarget> All(string vectors, TextWriter output)
    {
        foreach (string kind in Kinds)
        {
            string folder = Path.Combine(vectors, kind);
            if (Directory.Exists(folder)) yield return Target(kind, folder);
            else output.WriteLine($"{kind,-20} not fuzzed: {folder} is missing (set ERRAND_VECTORS)");
        }
    }

    private static FuzzTarget Target(string kind, string folder)
    {
        Piece[] pieces = [.. Directory.EnumerateFiles(folder, "case.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal).SelectMany(Pieces)];
        FuzzInput[] seeds = [.. pieces.Select((piece, index) => new FuzzInput(piece.Files[piece.Changed].Bytes.ToArray(), index)).Where(seed => seed.Bytes.Length <= Mutator.SizeMax)];
        var cache = new EvidenceCache();
        return new FuzzTarget(kind, seeds, input => Verify(pieces[input.Context], input.Bytes, cache));
    }

    private static IEnumerable<Piece> Pieces(string path)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
        DateTimeOffset now = document.RootElement.TryGetProperty("verifyAt", out JsonElement at) ? at.GetDateTimeOffset() : DateTimeOffset.UnixEpoch;
        string[] names = [.. document.RootElement.GetProperty("files").EnumerateArray().Select(file => file.GetProperty("name").GetString()!)];
        EvidenceFile[] all = [.. names.Select(name => new EvidenceFile(name, File.ReadAllBytes(Path.Combine(Path.GetDirectoryName(path)!, name))))];
        // Inputs of a case that are no evidence, such as a nonce, are not recognised and go.
        EvidenceFile[] files = [.. all.Where(file => EvidenceBundle.TryCreate([file], out _, out EvidenceFault? fault) || fault.Code == "evidence/none")];
        var policy = new Lazy<AppraisalPolicy?>(() => EvidenceBundle.TryCreate(files, out EvidenceBundle? bundle, out _)
            ? EvidenceVerifier.DraftPolicy(bundle, Collateral.From(files), TrustedRoots.Vendors, now)
            : null);
        return [.. files.Select((_, index) => new Piece(files, index, now, policy))];
    }

    private static void Verify(Piece piece, byte[] changed, EvidenceCache cache)
    {
        EvidenceFile[] files = [.. piece.Files];
        files[piece.Changed] = new EvidenceFile(files[piece.Changed].Name, changed);
        if (!EvidenceBundle.TryCreate(files, out EvidenceBundle? bundle, out _)) return;
        ExplainedResult result = EvidenceVerifier.Appraise(bundle, Collateral.From(files), piece.Policy.Value, TrustedRoots.Vendors, piece.Now, null, cache);
        BrokenPromiseException.Unless(result.Sentence.Length > 0, "a result without a sentence");
    }
}
