namespace Errand.Attestation;

/// <summary>Section <c>tdx</c> of policy files.</summary>
internal static class TdxPolicyFile
{
    private const string ReferencesMeaning = "domains that are accepted, one of which must match in every field; none accepts nothing";

    internal static TdxPolicy Read(PolicyNode node)
    {
        var policy = new TdxPolicy
        {
            References = node.List("references", ReferencesMeaning, ReadReference),
            Platform = IntelPolicyFile.Read(node.Object("platform", IntelPolicyFile.Meaning)),
            ReportData = IntelPolicyFile.ReadReportData(node),
        };
        node.Close();
        return policy;
    }

    internal static void Write(PolicyWriter writer, TdxPolicy policy)
    {
        writer.Open("references", '[', PolicyRules.Sentence(ReferencesMeaning));
        foreach (TdxReference reference in policy.References)
        {
            writer.Open(null, '{')
                .Text("name", reference.Name)
                .Hex("mrtd", reference.MrTd, "The firmware.")
                .Hex("rtmr0", reference.Rtmr0, "Its configuration.")
                .Hex("rtmr1", reference.Rtmr1, "The kernel.")
                .Hex("rtmr2", reference.Rtmr2, "Command line and initial file system.")
                .Hex("rtmr3", reference.Rtmr3, "While the domain still makes evidence.")
                .Hex("mrseam", reference.MrSeam, "The TDX module.")
                .Hex("mrsignerseam", reference.MrSignerSeam)
                .Bits("attributes", reference.Attributes.Bits)
                .Bits("xfam", reference.Xfam)
                .Hex("mrconfigid", reference.MrConfigId)
                .Hex("mrowner", reference.MrOwner)
                .Hex("mrownerconfig", reference.MrOwnerConfig)
                .Hex("mrservicetd", reference.MrServiceTd)
                .Close('}');
        }
        writer.Close(']');
        IntelPolicyFile.Write(writer, policy.Platform);
        IntelPolicyFile.WriteReportData(writer, policy.ReportData);
    }

    /// <summary>A policy that accepts this very domain on platforms of this status.</summary>
    internal static TdxPolicy Draft(VerifiedTdxQuote verified)
    {
        TdReport report = verified.Report;
        return new TdxPolicy
        {
            References =
            [
                new TdxReference
                {
                    Name = "from evidence",
                    MrTd = report.MrTd,
                    Rtmr0 = report.Rtmr(0),
                    Rtmr1 = report.Rtmr(1),
                    Rtmr2 = report.Rtmr(2),
                    Rtmr3 = report.Rtmr(3),
                    MrSeam = report.MrSeam,
                    MrSignerSeam = report.MrSignerSeam,
                    Attributes = report.Attributes,
                    Xfam = report.Xfam,
                    MrConfigId = report.MrConfigId,
                    MrOwner = report.MrOwner,
                    MrOwnerConfig = report.MrOwnerConfig,
                    MrServiceTd = report.MrServiceTd ?? new byte[TdReport.RegisterSize],
                },
            ],
            Platform = IntelPolicyFile.Draft(verified.Platform),
            ReportData = new IntelReportDataRule.Exactly(report.ReportData),
        };
    }

    private static TdxReference ReadReference(PolicyNode node)
    {
        var reference = new TdxReference
        {
            Name = node.Text("name", "what this domain is called in results"),
            MrTd = Register("mrtd", "MRTD, the firmware"),
            Rtmr0 = Register("rtmr0", "RTMR0, the firmware's configuration"),
            Rtmr1 = Register("rtmr1", "RTMR1, the kernel"),
            Rtmr2 = Register("rtmr2", "RTMR2, command line and initial file system"),
            Rtmr3 = Register("rtmr3", "RTMR3 while the domain still makes evidence"),
            MrSeam = Register("mrseam", "MRSEAM, the TDX module"),
            MrSignerSeam = Register("mrsignerseam", "MRSIGNERSEAM, zero for Intel"),
            Attributes = new TdAttributes(node.Bits("attributes", "all bits of TDATTRIBUTES")),
            Xfam = node.Bits("xfam", "XFAM"),
            MrConfigId = Register("mrconfigid", "MRCONFIGID"),
            MrOwner = Register("mrowner", "MROWNER"),
            MrOwnerConfig = Register("mrownerconfig", "MROWNERCONFIG"),
            MrServiceTd = Register("mrservicetd", "MRSERVICETD, zero without service domains"),
        };
        node.Close();
        return reference;

        ReadOnlyMemory<byte> Register(string name, string meaning) => node.Hex(name, TdReport.RegisterSize, meaning);
    }
}
