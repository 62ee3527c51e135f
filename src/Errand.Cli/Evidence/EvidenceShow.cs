using System.Text.Json;
using Errand.Attestation;

namespace Errand.Cli;

/// <summary><c>errand evidence show</c>.</summary>
internal static class EvidenceShow
{
    private const string Unverified = "Nothing of this was verified: errand evidence verify does that.";

    public static ExitCode Run(CommandContext context, IReadOnlyList<EvidenceFile> files)
    {
        EvidenceBundle? bundle = null;
        IReadOnlyList<SortedFile> sorted;
        if (EvidenceBundle.TryCreate(files, out bundle, out EvidenceFault? fault)) sorted = bundle.Files;
        // Certificates and collateral alone are no evidence, but can be looked at.
        else if (fault.Code == "evidence/none" && Collateral.From(files) is { Ignored: [] } alone) sorted = alone.Files;
        else throw new EvidenceException(fault);

        List<(SortedFile File, IReadOnlyList<EvidenceClaim> Says)> described = [.. sorted.Select(file => (file, FileDescription.Of(file) ?? throw Malformed(file.Name, file.Role.Meaning())))];
        IReadOnlyList<EvidenceClaim> claims = bundle is null ? [] : EvidenceVerifier.Describe(bundle) ?? throw Malformed(string.Join(", ", bundle.Files.Select(file => file.Name)), bundle.Kind.Title());
        if (context.Json)
        {
            context.WriteJson(json => Write(json, bundle, described, claims));
            return ExitCode.Ok;
        }
        int width = described.Max(entry => entry.File.Name.Length);
        foreach ((SortedFile file, IReadOnlyList<EvidenceClaim> says) in described)
        {
            context.Line($"{file.Name.PadRight(width)}  {file.Role.ToCode()}: {file.Role.Meaning()}, {file.Bytes.Length} bytes");
            foreach (EvidenceClaim claim in says) context.Line($"  {claim.Name,-18} {Printable.Of(claim.Value)}");
        }
        if (bundle is not null)
        {
            context.Line();
            context.Line($"kind {bundle.Kind.ToCode()}: {bundle.Kind.Title()}. It says:");
            EvidencePrinter.Print(context, claims.Select(claim => KeyValuePair.Create(claim.Name, claim.Value)));
        }
        context.Line(Unverified);
        return ExitCode.Ok;
    }

    private static EvidenceException Malformed(string name, string meaning) =>
        new(new EvidenceFault("evidence/malformed", $"{name} looks like {meaning}, but is malformed: cut short, altered, or of a version that is not known here.", "Get it again from where it was made, as it is there: binary, whole, and nothing around it."));

    private static void Write(Utf8JsonWriter json, EvidenceBundle? bundle, List<(SortedFile File, IReadOnlyList<EvidenceClaim> Says)> files, IReadOnlyList<EvidenceClaim> claims)
    {
        json.WriteStartObject();
        json.WriteString("kind", bundle?.Kind.ToCode());
        json.WriteBoolean("verified", false);
        json.WriteStartArray("files");
        foreach ((SortedFile file, IReadOnlyList<EvidenceClaim> says) in files)
        {
            json.WriteStartObject();
            json.WriteString("name", file.Name);
            json.WriteString("role", file.Role.ToCode());
            json.WriteNumber("bytes", file.Bytes.Length);
            // A file may hold several certificates, so names repeat: a list, not an object.
            json.WriteStartArray("says");
            foreach (EvidenceClaim claim in says)
            {
                json.WriteStartObject();
                json.WriteString("name", claim.Name);
                json.WriteString("value", claim.Value);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartObject("claims");
        foreach (EvidenceClaim claim in claims.DistinctBy(claim => claim.Name)) json.WriteString(claim.Name, claim.Value);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
