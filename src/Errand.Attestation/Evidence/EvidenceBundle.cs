using System.Diagnostics.CodeAnalysis;

namespace Errand.Attestation;

/// <summary>Files that make one piece of evidence, sorted by what they are, whatever their names. Immutable.</summary>
public sealed class EvidenceBundle
{
    /// <summary>How many files one piece of evidence may have.</summary>
    public const int FileCountMax = 64;

    private EvidenceBundle(EvidenceKind kind, IReadOnlyList<SortedFile> files)
    {
        Kind = kind;
        Files = files;
    }

    /// <summary>No files: for what is picked from collateral alone.</summary>
    internal static EvidenceBundle None { get; } = new(default, []);

    /// <summary>What kind of evidence it is.</summary>
    public EvidenceKind Kind { get; }

    /// <summary>Every file with its role, in the order given.</summary>
    public IReadOnlyList<SortedFile> Files { get; }

    /// <summary>
    /// Sorts files. False with a fault that says what to name when a file is not recognised, can be several things, when two files claim a
    /// place that there is once, or when they hold no evidence or two pieces of it.
    /// </summary>
    public static bool TryCreate(IEnumerable<EvidenceFile> files, [NotNullWhen(true)] out EvidenceBundle? bundle, [NotNullWhen(false)] out EvidenceFault? fault)
    {
        ArgumentNullException.ThrowIfNull(files);
        bundle = null;
        if (!TrySort(files, out List<SortedFile>? sorted, out fault)) return false;
        EvidenceForm[] forms = [.. EvidenceKinds.Forms.Where(form => form.IsPresent(sorted))];
        EvidenceForm[] main = [.. forms.Where(form => form.IsMain)];
        if (forms.Length == 0)
        {
            fault = new EvidenceFault("evidence/none", $"There is no evidence among {(sorted.Count == 0 ? "no files" : string.Join(", ", sorted.Select(file => $"{file.Name} ({file.Role.ToCode()})")))}.",
                "Name the report, quote, document or log itself; the others only go with one.");
            return false;
        }
        if (main.Length > 1)
        {
            fault = new EvidenceFault("evidence/several", $"The files hold several pieces of evidence: {string.Join(", ", main.Select(form => form.Title))}.", "Give the files of one piece at a time.");
            return false;
        }

        EvidenceForm chosen = main is [var one] ? one : forms[0];
        foreach (EvidenceRole role in chosen.Once)
        {
            SortedFile[] same = [.. sorted.Where(file => file.Role == role)];
            if (same.Length < 2) continue;
            fault = new EvidenceFault("evidence/ambiguous", $"{string.Join(" and ", same.Select(file => file.Name))} are both {role.Meaning()}, and {chosen.Title} has one.", "Leave all but one out.");
            return false;
        }
        bundle = new EvidenceBundle(chosen.Kind, sorted);
        return true;
    }

    /// <summary>The files of a role, in the order given.</summary>
    internal IEnumerable<SortedFile> All(EvidenceRole role) => Files.Where(file => file.Role == role);

    /// <summary>The first file of a role; null when there is none.</summary>
    internal SortedFile? Find(EvidenceRole role) => Files.FirstOrDefault(file => file.Role == role);

    private static bool TrySort(IEnumerable<EvidenceFile> files, [NotNullWhen(true)] out List<SortedFile>? sorted, [NotNullWhen(false)] out EvidenceFault? fault)
    {
        sorted = [];
        fault = null;
        foreach (EvidenceFile file in files)
        {
            fault = Sort(file, sorted);
            if (fault is not null) return false;
        }
        return true;
    }

    private static EvidenceFault? Sort(EvidenceFile file, List<SortedFile> sorted)
    {
        string roles = string.Join(", ", EvidenceRoles.All.Select(role => role.ToCode()));
        if (sorted.Count == FileCountMax) return new EvidenceFault("evidence/too-many", $"There are more than {FileCountMax} files.", "Name the files of one piece of evidence.");
        if (file.Bytes.Length > EvidenceFile.SizeMax) return new EvidenceFault("evidence/too-long", $"{file.Name} has more than {EvidenceFile.SizeMax} bytes.", "No evidence is that long; check the file.");
        IReadOnlyList<EvidenceRole> candidates = file.Role is { } given ? [given] : RoleRecogniser.Recognise(file.Bytes);
        switch (candidates)
        {
            case [var role]:
                sorted.Add(new SortedFile(file.Name, role, file.Bytes));
                return null;
            case []:
                return new EvidenceFault("evidence/unrecognised", $"{file.Name} ({file.Bytes.Length} bytes) is nothing that is known here.", $"Say what it is with --role ROLE={file.Name}. Roles: {roles}.");
            default:
                return new EvidenceFault("evidence/ambiguous", $"{file.Name} can be {string.Join(" or ", candidates.Select(role => role.Meaning()))}.",
                    $"Say which with --role {candidates[0].ToCode()}={file.Name} or --role {candidates[1].ToCode()}={file.Name}.");
        }
    }
}
