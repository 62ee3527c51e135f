using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Errand.Attestation;

namespace Errand.Platform.Tests;

/// <summary>Cases that hold the same evidence in other shapes have the same outcome: names of files, their order and encodings decide nothing.</summary>
public sealed class CaseShapesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("errand-vector").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void One_quote_and_signature_need_no_common_name()
    {
        Load("tpm", "swtpm-rsa-sha256");
        Rename("quote.msg", "a.bin");
        Rename("quote.sig", "b.bin");
        AssertPassed();
    }

    [Fact]
    public void Public_area_that_signs_is_the_attestation_key_whatever_its_file_is_called()
    {
        Load("tpm", "simulator-rsa-tpm2b");
        Rename("ak-public.tpm2b", "z.bin");
        Rename("ek-public.tpm2b", "ak.bin");
        AssertPassed();
    }

    [Fact]
    public void Attestation_key_may_come_as_pem_or_in_its_certificate_alone()
    {
        Load("tpm", "simulator-rsa-tpm2b");
        Remove("ak-public.tpm2b");
        Remove("ak-name.bin");
        Forget("akName");
        AssertPassed();

        Load("tpm", "gce-cos85-rsa-three-banks");
        Remove("ak-public.tpmt");
        Forget("akName");
        AssertPassed();
    }

    [Fact]
    public void Quote_without_pcr_values_is_refused_and_what_is_no_quote_is_still_that()
    {
        Load("tpm", "windows-gcp-creation-as-quote-reject");
        Remove("pcrs.json");
        AssertPassed();

        Load("tpm", "swtpm-rsa-sha256");
        Remove("pcrs.json");
        Assert.Equal(("reject", "pcr-digest"), Outcome());
    }

    [Theory]
    [InlineData("tpm", "ek-stm-ecc")]
    [InlineData("tpm", "gce-cos85-rsa-three-banks")]
    public void Issuers_may_come_in_pem_and_in_any_order(string kind, string name)
    {
        Load(kind, name);
        // Quotes keep theirs, which the values have too.
        Case["files"] = new JsonArray([.. Case["files"]!.AsArray().Reverse().OrderBy(file => !IsCertificate(file)).ThenBy(file => IsCertificate(file) ? "" : (string?)file!["name"], StringComparer.Ordinal).Select(file => file!.DeepClone())]);
        Save();
        foreach (string file in Directory.GetFiles(_folder, "*.der")) File.WriteAllText(file, PemEncoding.WriteString("CERTIFICATE", File.ReadAllBytes(file)));
        AssertPassed();

        static bool IsCertificate(JsonNode? file) => ((string)file!["role"]!).EndsWith("certificate", StringComparison.Ordinal);
    }

    [Fact]
    public void Root_that_no_vendor_pin_covers_is_the_case_s_own()
    {
        // The manufacturer's CA in the place of the root: it did not sign itself, so the chain does not hold, but it is the root asked for.
        Load("tpm", "ek-stm-ecc");
        Remove("root.der");
        Remove("intermediate-2.der");
        SetRole("intermediate-1.der", "root-certificate");
        VectorOutcome outcome = VectorRunner.Run(_folder);
        Assert.Equal(CheckOutcome.Passed, outcome.Result.Find("root")!.Outcome);
        Assert.Equal("certificate-chain", outcome.ActualReason);
    }

    [Fact]
    public void Endorsement_key_and_its_chain_may_come_in_any_encoding_and_order()
    {
        Load("sev-snp", "milan-v2-vcek");
        byte[] leaf = File.ReadAllBytes(At("vcek.der"));
        string chain = File.ReadAllText(At("cert-chain.pem"));
        string pem = PemEncoding.WriteString("CERTIFICATE", leaf);
        File.WriteAllText(At("vcek.der"), pem);
        int second = chain.LastIndexOf("-----BEGIN", StringComparison.Ordinal);
        File.WriteAllText(At("cert-chain.pem"), $"{chain[second..].TrimEnd()}\n{pem}\n{chain[..second]}");
        AssertPassed();
    }

    [Fact]
    public void Intel_s_lists_may_come_in_pem_and_its_chains_as_in_a_header()
    {
        Load("tdx", "v4-b0c06f-uptodate-2025");
        foreach (string file in (string[])["pck-crl.der", "root-ca-crl.der"]) File.WriteAllText(At(file), PemEncoding.WriteString("X509 CRL", File.ReadAllBytes(At(file))));
        File.WriteAllText(At("tcb-signing-chain.pem"), Uri.EscapeDataString(File.ReadAllText(At("tcb-signing-chain.pem"))));
        AssertPassed();
    }

    [Theory]
    [InlineData("snp-milan-v1")]
    [InlineData("snp-milan-v0-bytes")]
    [InlineData("tdx-v1")]
    public void Attester_s_own_file_is_enough(string name)
    {
        Load("azure-vtpm", name);
        foreach (string file in (string[])["hcl-report.bin", "tpm-quote.msg", "tpm-quote.sig", "pcrs.json", "runtime-data.json", "snp-report.bin", "vcek.der", "td-quote.bin", "td-report.bin"]) Remove(file);
        AssertPassed();
    }

    [Fact]
    public void Signature_of_azure_s_quote_may_come_as_the_TPM_gives_it()
    {
        Load("azure-vtpm", "snp-milan-v1");
        Remove("evidence.json");
        byte[] signature = File.ReadAllBytes(At("tpm-quote.sig"));
        File.WriteAllBytes(At("tpm-quote.sig"), [0, 0x14, 0, 0x0B, (byte)(signature.Length >> 8), (byte)(signature.Length & 0xFF), .. signature]);
        SetRole("tpm-quote.sig", "tpmt-signature");
        AssertPassed();
    }

    [Theory]
    [InlineData("tpm", "swtpm-rsa-sha256")]
    [InlineData("azure-vtpm", "snp-milan-v1")]
    public void Pcr_values_that_are_no_json_or_no_pcr_are_an_unreadable_case(string kind, string name)
    {
        foreach (string text in (string[])["", "{", "[]", "{\"sha256\": {\"24\": \"00\"}}", "{\"sha256\": {\"0\": \"zz\"}}", "{\"sha256\": {\"x\": 1}}"])
        {
            Load(kind, name);
            File.WriteAllText(At("pcrs.json"), text);
            Assert.Throws<InvalidDataException>(() => VectorRunner.Run(_folder));
        }
    }

    private JsonNode Case { get; set; } = new JsonObject();

    private string At(string file) => Path.Combine(_folder, file);

    private void Load(string kind, string name)
    {
        foreach (string file in Directory.GetFiles(_folder)) File.Delete(file);
        foreach (string file in Directory.GetFiles(Path.Combine(Errand.Tests.Vectors.Folder(kind), name))) File.Copy(file, At(Path.GetFileName(file)));
        Case = JsonNode.Parse(File.ReadAllText(At("case.json")))!;
        AssertPassed();
    }

    private void Save() => File.WriteAllText(At("case.json"), Case.ToJsonString());

    private JsonNode? Entry(string file) => Case["files"]!.AsArray().FirstOrDefault(entry => (string?)entry!["name"] == file);

    private void Rename(string file, string to)
    {
        File.Move(At(file), At(to));
        Entry(file)!["name"] = to;
        Save();
    }

    private void SetRole(string file, string role)
    {
        Entry(file)!["role"] = role;
        Save();
    }

    private void Remove(string file)
    {
        if (Entry(file) is not { } entry) return;
        Case["files"]!.AsArray().Remove(entry);
        File.Delete(At(file));
        Save();
    }

    private void Forget(string expected)
    {
        Case["expected"]!.AsObject().Remove(expected);
        Save();
    }

    private (string, string) Outcome() => VectorRunner.Run(_folder) is var outcome ? (outcome.ActualOutcome, outcome.ActualReason) : default;

    private void AssertPassed()
    {
        VectorOutcome outcome = VectorRunner.Run(_folder);
        Assert.True(outcome.Passed, $"{outcome.Name}: {outcome.Result.FirstFailure}; {string.Join("; ", outcome.Differences)}");
    }
}
