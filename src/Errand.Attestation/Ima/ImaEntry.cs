namespace Errand.Attestation;

/// <summary>One measurement of Linux' Integrity Measurement Architecture: a file, a buffer such as a policy, or a violation.</summary>
/// <remarks>Like a firmware event, it is vouched for by the PCR only as far as it was replayed: see <see cref="ImaVerifier"/>.</remarks>
public sealed class ImaEntry
{
    /// <summary>The path of the first entry, which stands for the boot: the digest of the firmware's PCRs.</summary>
    public const string BootAggregate = "boot_aggregate";

    internal ImaEntry(int pcrIndex, ReadOnlyMemory<byte> templateDigest, string template, ReadOnlyMemory<byte> templateData)
    {
        PcrIndex = pcrIndex;
        TemplateDigest = templateDigest;
        Template = template;
        TemplateData = templateData;
    }

    /// <summary>The PCR it was extended into, mostly 10.</summary>
    public int PcrIndex { get; }

    /// <summary>The digest in the list: of the template's data, or zeros for a violation.</summary>
    public ReadOnlyMemory<byte> TemplateDigest { get; }

    /// <summary>Name of the template: <c>ima</c>, <c>ima-ng</c>, <c>ima-sig</c>, <c>ima-buf</c> and others, or its fields: <c>d-ng|n-ng</c>.</summary>
    public string Template { get; }

    /// <summary>What the template digest is of: fields with their lengths; for <c>ima</c> the digest and the path filled up to 256 bytes.</summary>
    public ReadOnlyMemory<byte> TemplateData { get; }

    /// <summary>Name of the hash of <see cref="FileDigest"/>, as the kernel writes it: <c>sha256</c>.</summary>
    public required string HashName { get; init; }

    /// <summary>Digest of the file or buffer; zeros for a violation.</summary>
    public required ReadOnlyMemory<byte> FileDigest { get; init; }

    /// <summary>The path that was opened, in the name space of whoever opened it: a hint, as anybody can choose a path.</summary>
    public required string Path { get; init; }

    /// <summary>The third field, where the template has one: a signature, or the buffer itself. Empty when there is none.</summary>
    public required ReadOnlyMemory<byte> Extra { get; init; }

    /// <summary>True when the file was open for writing while it was measured: nothing is known about what was read.</summary>
    public bool IsViolation => !TemplateDigest.Span.ContainsAnyExcept((byte)0);

    /// <summary>The file's digest as policies name it: <c>sha256:</c> and lower-case hexadecimal.</summary>
    public string DigestText => $"{HashName}:{Convert.ToHexStringLower(FileDigest.Span)}";
}
