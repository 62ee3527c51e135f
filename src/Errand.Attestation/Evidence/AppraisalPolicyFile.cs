using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Unicode;

namespace Errand.Attestation;

/// <summary>
/// Policies as files: JSON with comments, one section for each kind that is allowed (docs/attestation/policy.md). Strict: an unknown member
/// and a missing one are errors, as is one given twice. A policy that does not read accepts nothing.
/// </summary>
public static class AppraisalPolicyFile
{
    /// <summary>The longest file read.</summary>
    public const int SizeMax = 1024 * 1024;

    private const int Version = 1;
    private const int DepthMax = 16;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, CommentHandling = JsonCommentHandling.Skip, MaxDepth = DepthMax };

    /// <summary>Reads a policy. False with everything that is wrong with it.</summary>
    /// <param name="json">The file.</param>
    /// <param name="nonce">What <c>"given"</c> stands for; null when nothing was given, which then is an error.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="faults">What is wrong; empty when nothing is.</param>
    public static bool TryParse(ReadOnlyMemory<byte> json, ReadOnlyMemory<byte>? nonce, [NotNullWhen(true)] out AppraisalPolicy? policy, out IReadOnlyList<PolicyFault> faults)
    {
        policy = null;
        faults = [];
        if (!Utf8.IsValid(json.Span))
        {
            faults = [new PolicyFault("", "The file is no text in UTF-8.")];
            return false;
        }
        if (json.Length > SizeMax)
        {
            faults = [new PolicyFault("", $"The file has more than {SizeMax} bytes.")];
            return false;
        }
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, Strict);
            var reading = new PolicyReading(nonce);
            AppraisalPolicy read = Read(new PolicyNode(document.RootElement, "", reading));
            faults = reading.Faults;
            if (faults.Count > 0) return false;
            policy = read;
            return true;
        }
        catch (InvalidOperationException)
        {
            // Escaped surrogates without their halves, which have no text.
            faults = [new PolicyFault("", "A text holds \\u with half a character.")];
            return false;
        }
        catch (JsonException wrong)
        {
            faults = [new PolicyFault("", $"Line {wrong.LineNumber + 1}: this is not JSON, or a member is given twice.")];
            return false;
        }
    }

    /// <summary>Writes a policy with a comment for each member, headed by lines for its reader.</summary>
    public static string Write(AppraisalPolicy policy, IEnumerable<string> heading) => Write(policy, heading, asksForNonce: false);

    /// <summary>A file to start from: every member is there, and nothing is accepted before a person has filled it. Null for kinds that nobody signs.</summary>
    public static string? Template(EvidenceKind kind) => PolicyTemplates.For(kind) is { } policy
        ? Write(policy, [$"Policy for {kind.Title()}. It accepts nothing yet: fill in the references (errand evidence policy --from shows their form)."], asksForNonce: true)
        : null;

    private static string Write(AppraisalPolicy policy, IEnumerable<string> heading, bool asksForNonce)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(heading);
        var writer = new PolicyWriter { AsksForNonce = asksForNonce };
        foreach (string line in heading) writer.Comment(line);
        writer.Open(null, '{').Number("version", Version);
        Write(writer, "sevSnp", policy.SevSnp, SnpPolicyFile.Write);
        Write(writer, "tdx", policy.Tdx, TdxPolicyFile.Write);
        Write(writer, "sgx", policy.Sgx, SgxPolicyFile.Write);
        Write(writer, "nitro", policy.Nitro, NitroPolicyFile.Write);
        Write(writer, "azureVtpm", policy.AzureVtpm, AzureVtpmPolicyFile.Write);
        Write(writer, "tpmQuote", policy.TpmQuote, TpmQuotePolicyFile.Write);
        Write(writer, "ekCertificate", policy.EkCertificate, EkCertificatePolicyFile.Write);
        return writer.Close('}').ToString();
    }

    private static AppraisalPolicy Read(PolicyNode root)
    {
        if (root.Number("version", int.MaxValue, "the version of this format, 1") is var version && version != Version) root.Fail("version", "is 1");
        var policy = new AppraisalPolicy
        {
            SevSnp = Read(root, "sevSnp", SnpPolicyFile.Read),
            Tdx = Read(root, "tdx", TdxPolicyFile.Read),
            Sgx = Read(root, "sgx", SgxPolicyFile.Read),
            Nitro = Read(root, "nitro", NitroPolicyFile.Read),
            AzureVtpm = Read(root, "azureVtpm", AzureVtpmPolicyFile.Read),
            TpmQuote = Read(root, "tpmQuote", TpmQuotePolicyFile.Read),
            EkCertificate = Read(root, "ekCertificate", EkCertificatePolicyFile.Read),
        };
        root.Close();
        if (policy == AppraisalPolicy.Nothing) root.Fail("The policy has no section and accepts nothing. Write one of sevSnp, tdx, sgx, nitro, azureVtpm, tpmQuote, ekCertificate");
        return policy;
    }

    // A kind without a section is refused, which is a policy too: sections are the only members that may be missing.
    private static T? Read<T>(PolicyNode root, string name, Func<PolicyNode, T> read)
        where T : class => root.Has(name) ? read(root.Object(name, "a section")) : null;

    private static void Write<T>(PolicyWriter writer, string name, T? section, Action<PolicyWriter, T> write)
        where T : class
    {
        if (section is null) return;
        writer.Open(name, '{');
        write(writer, section);
        writer.Close('}');
    }
}
