namespace Errand.Attestation;

/// <summary>Section <c>sgx</c> of policy files.</summary>
internal static class SgxPolicyFile
{
    private const string ReferencesMeaning = "enclaves that are accepted, one of which must match in every field; none accepts nothing";

    internal static SgxPolicy Read(PolicyNode node)
    {
        var policy = new SgxPolicy
        {
            References = node.List("references", ReferencesMeaning, ReadReference),
            Platform = IntelPolicyFile.Read(node.Object("platform", IntelPolicyFile.Meaning)),
            ReportData = IntelPolicyFile.ReadReportData(node),
        };
        node.Close();
        return policy;
    }

    internal static void Write(PolicyWriter writer, SgxPolicy policy)
    {
        writer.Open("references", '[', PolicyRules.Sentence(ReferencesMeaning));
        foreach (SgxReference reference in policy.References)
        {
            writer.Open(null, '{')
                .Text("name", reference.Name)
                .Hex("mrenclave", reference.MrEnclave, "The code.")
                .Hex("mrsigner", reference.MrSigner, "Its signer's key.")
                .Number("isvProdId", reference.IsvProductId)
                .Number("isvSvnMin", reference.IsvSvnMin, "A lower one is refused.")
                .Bits("flags", reference.Attributes.Flags)
                .Bits("xfrm", reference.Attributes.Xfrm)
                .Bits("miscSelect", reference.MiscSelect)
                .Hex("configId", reference.ConfigId)
                .Number("configSvn", reference.ConfigSvn)
                .Hex("isvExtProdId", reference.IsvExtendedProductId)
                .Hex("isvFamilyId", reference.IsvFamilyId)
                .Close('}');
        }
        writer.Close(']');
        IntelPolicyFile.Write(writer, policy.Platform);
        IntelPolicyFile.WriteReportData(writer, policy.ReportData);
    }

    /// <summary>A policy that accepts this very enclave on platforms of this status.</summary>
    internal static SgxPolicy Draft(VerifiedSgxQuote verified)
    {
        SgxReport report = verified.Report;
        return new SgxPolicy
        {
            References =
            [
                new SgxReference
                {
                    Name = "from evidence",
                    MrEnclave = report.MrEnclave,
                    MrSigner = report.MrSigner,
                    IsvProductId = report.IsvProductId,
                    IsvSvnMin = report.IsvSvn,
                    Attributes = report.Attributes,
                    MiscSelect = report.MiscSelect,
                    ConfigId = report.ConfigId,
                    ConfigSvn = report.ConfigSvn,
                    IsvExtendedProductId = report.IsvExtendedProductId,
                    IsvFamilyId = report.IsvFamilyId,
                },
            ],
            Platform = IntelPolicyFile.Draft(verified.Platform),
            ReportData = new IntelReportDataRule.Exactly(report.ReportData),
        };
    }

    private static SgxReference ReadReference(PolicyNode node)
    {
        var reference = new SgxReference
        {
            Name = node.Text("name", "what this enclave is called in results"),
            MrEnclave = node.Hex("mrenclave", 32, "MRENCLAVE"),
            MrSigner = node.Hex("mrsigner", 32, "MRSIGNER"),
            IsvProductId = (ushort)node.Number("isvProdId", ushort.MaxValue, "ISVPRODID"),
            IsvSvnMin = (ushort)node.Number("isvSvnMin", ushort.MaxValue, "the least ISVSVN"),
            Attributes = new SgxAttributes(node.Bits("flags", "the first eight bytes of ATTRIBUTES"), node.Bits("xfrm", "XFRM")),
            MiscSelect = unchecked((uint)node.Bits("miscSelect", "MISCSELECT")),
            ConfigId = node.Hex("configId", 64, "CONFIGID, zero without key separation and sharing"),
            ConfigSvn = (ushort)node.Number("configSvn", ushort.MaxValue, "CONFIGSVN"),
            IsvExtendedProductId = node.Hex("isvExtProdId", 16, "ISVEXTPRODID"),
            IsvFamilyId = node.Hex("isvFamilyId", 16, "ISVFAMILYID"),
        };
        node.Close();
        return reference;
    }
}
