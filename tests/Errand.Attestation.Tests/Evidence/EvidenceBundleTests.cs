using System.Text;

namespace Errand.Attestation.Tests;

public sealed class EvidenceBundleTests
{
    [Fact]
    public void Files_are_sorted_by_what_they_are()
    {
        EvidenceBundle bundle = EvidenceScenes.Bundle(EvidenceScenes.Quote(IntelTeeType.Tdx));
        Assert.Equal(EvidenceKind.Tdx, bundle.Kind);
        Assert.Equal(
            [EvidenceRole.TdxQuote, EvidenceRole.Certificates, EvidenceRole.Certificates, EvidenceRole.RevocationList, EvidenceRole.RevocationList, EvidenceRole.TcbInfo, EvidenceRole.QeIdentity],
            bundle.Files.Select(file => file.Role).Order());
        Assert.Equal(EvidenceKind.Sgx, EvidenceScenes.Bundle(EvidenceScenes.Quote(IntelTeeType.Sgx)).Kind);
        Assert.Equal(EvidenceKind.Nitro, EvidenceScenes.Bundle(EvidenceScenes.Nitro()).Kind);
        Assert.Equal(EvidenceKind.EventLog, EvidenceScenes.Bundle(EvidenceScenes.Log()).Kind);
        Assert.Equal(EvidenceKind.TpmQuote, EvidenceScenes.Bundle(EvidenceScenes.TpmQuote()).Kind);
    }

    [Theory]
    [InlineData("snp-report", "report.bin", "sev-snp")]
    [InlineData("tdx-quote", "quote.bin", "tdx")]
    [InlineData("sgx-quote", "quote.bin", "sgx")]
    [InlineData("nitro-document", "document.cbor", "nitro")]
    [InlineData("event-log", "eventlog.bin", "eventlog")]
    public void Published_evidence_is_recognised(string role, string file, string kind)
    {
        int count = 0;
        foreach (string folder in Directory.GetDirectories(Errand.Tests.Vectors.Folder(kind)))
        {
            // One case is about bytes that are no log.
            if (Path.GetFileName(folder) == "not-a-log-reject") continue;
            Assert.Equal([role], RoleRecogniser.Recognise(File.ReadAllBytes(Path.Combine(folder, file))).Select(found => found.ToCode()));
            count++;
        }
        Assert.NotEqual(0, count);
    }

    [Fact]
    public void Unknown_bytes_are_named_with_what_to_do()
    {
        EvidenceFault fault = FaultOf([new("a.txt", "hello"u8.ToArray())]);
        Assert.Equal("evidence/unrecognised", fault.Code);
        Assert.Contains("--role ROLE=a.txt", fault.Remedy, StringComparison.Ordinal);
        Assert.Equal("evidence/none", FaultOf([]).Code);
        Assert.Equal("evidence/none", FaultOf([new("crl", IntelVendor.Shared.RootCrl(IntelScene.ThisUpdate, IntelScene.NextUpdate))]).Code);
        Assert.Equal("evidence/too-long", FaultOf([new("long", new byte[EvidenceFile.SizeMax + 1])]).Code);
        Assert.Equal("evidence/too-many", FaultOf(Enumerable.Repeat(EvidenceScenes.Log()[0], EvidenceBundle.FileCountMax + 1)).Code);
    }

    [Fact]
    public void Two_pieces_of_evidence_are_refused()
    {
        Assert.Equal("evidence/several", FaultOf([.. EvidenceScenes.Quote(IntelTeeType.Tdx), .. EvidenceScenes.Nitro()]).Code);
        Assert.Equal("evidence/ambiguous", FaultOf([.. EvidenceScenes.Nitro(), .. EvidenceScenes.Nitro()]).Code);
        Assert.Equal("evidence/ambiguous", FaultOf([.. EvidenceScenes.TpmQuote(), .. EvidenceScenes.Log()]).Code);
    }

    [Fact]
    public void A_role_that_is_given_is_not_doubted()
    {
        EvidenceBundle bundle = EvidenceScenes.Bundle([new("a.txt", "hello"u8.ToArray(), EvidenceRole.SnpReport)]);
        Assert.Equal(EvidenceKind.SevSnp, bundle.Kind);
        Assert.Null(EvidenceVerifier.Describe(bundle));
        ExplainedResult result = EvidenceVerifier.Appraise(bundle, Collateral.None, null, TrustedRoots.Vendors, IntelScene.Now);
        Assert.Equal((Verdict.Rejected, "malformed"), (result.Verdict, result.Reason));
    }

    [Fact]
    public void Every_role_and_kind_has_its_own_name()
    {
        Assert.Equal(Enum.GetValues<EvidenceRole>(), EvidenceRoles.All.Order());
        Assert.All(EvidenceRoles.All, role => Assert.True(EvidenceRoles.TryFromCode(role.ToCode(), out EvidenceRole same) && same == role));
        Assert.False(EvidenceRoles.TryFromCode("quote", out _));
        Assert.Equal(Enum.GetValues<EvidenceKind>(), EvidenceKinds.All.Order());
        Assert.All(EvidenceKinds.All, kind => Assert.Equal(kind, EvidenceKinds.FromCode(kind.ToCode())));
    }

    [Fact]
    public void Collateral_leaves_other_files_aside()
    {
        Collateral collateral = Collateral.From([.. EvidenceScenes.Quote(IntelTeeType.Tdx), new("case.json", Encoding.UTF8.GetBytes("{}"))]);
        Assert.Equal(6, collateral.Files.Count);
        Assert.Equal(["case.json", "0"], collateral.Ignored.OrderDescending());
    }

    private static EvidenceFault FaultOf(IEnumerable<EvidenceFile> files)
    {
        Assert.False(EvidenceBundle.TryCreate(files, out _, out EvidenceFault? fault));
        return fault;
    }
}
