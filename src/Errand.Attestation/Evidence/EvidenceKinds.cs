namespace Errand.Attestation;

/// <summary>The table of kinds: one line for each form that can be verified.</summary>
public static class EvidenceKinds
{
    // In order of precedence: a firmware log that comes with a quote belongs to it, and an EK certificate that comes with a quote is no evidence of its own.
    private static readonly EvidenceForm[] Table =
    [
        new SnpForm(),
        new TdxForm(),
        new SgxForm(),
        new NitroForm(),
        new AzureVtpmForm(),
        new TpmQuoteForm(),
        new EkCertificateForm(),
        new EventLogForm(),
    ];

    /// <summary>All kinds.</summary>
    public static IReadOnlyList<EvidenceKind> All { get; } = [.. Table.Select(form => form.Kind)];

    internal static IReadOnlyList<EvidenceForm> Forms => Table;

    /// <summary>The kebab-case name, such as <c>sev-snp</c>.</summary>
    public static string ToCode(this EvidenceKind kind) => FormOf(kind).Code;

    /// <summary>What it is, for people.</summary>
    public static string Title(this EvidenceKind kind) => FormOf(kind).Title;

    /// <summary>The kind with a name; null when there is none.</summary>
    public static EvidenceKind? FromCode(string code) => Array.Find(Table, form => form.Code == code)?.Kind;

    internal static EvidenceForm FormOf(EvidenceKind kind) => Array.Find(Table, form => form.Kind == kind) ?? throw new ArgumentOutOfRangeException(nameof(kind));
}
