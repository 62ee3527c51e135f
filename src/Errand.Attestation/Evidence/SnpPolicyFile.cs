namespace Errand.Attestation;

/// <summary>Section <c>sevSnp</c> of policy files.</summary>
internal static class SnpPolicyFile
{
    private const string ReferencesMeaning = "guests that are accepted, one of which must match in every field; none accepts nothing";
    private const string FloorsMeaning = "the lowest firmware for each product line (Milan, Genoa, Turin); a line without one is refused";
    private const string ChipMeaning = "\"anyNamed\" for any chip that names itself, \"anyEvenMasked\", or {\"exactly\": 128 hexadecimal digits of CHIP_ID}";

    private const string PlatformMeaning = "how the machine must be set up: bits of PLATFORM_INFO that must and must not be set, such as AliasCheckComplete";
    private const string MitigationsMeaning = "bits that both mitigation vectors must have; \"0x0\" requires none";
    private const string RevocationMeaning = "\"required\" when AMD's revocation list must have been looked at, \"whenGiven\" otherwise";

    internal static SnpPolicy Read(PolicyNode node)
    {
        var policy = new SnpPolicy
        {
            References = node.List("references", ReferencesMeaning, ReadReference),
            Floors = ReadFloors(node.Object("floors", FloorsMeaning)),
            Chip = ReadChip(node),
            Platform = ReadPlatform(node.Object("platform", PlatformMeaning)),
            Mitigations = node.Bits("mitigations", MitigationsMeaning),
            Revocation = node.Choice("revocation", "required", "whenGiven").Word == "whenGiven" ? SnpRevocationRule.WhenGiven : SnpRevocationRule.Required,
            ReportData = PolicyRules.ReadReportData(node) is { } bytes ? new SnpReportDataRule.Exactly(bytes) : new SnpReportDataRule.NotChecked(),
        };
        node.Close();
        return policy;
    }

    internal static void Write(PolicyWriter writer, SnpPolicy policy)
    {
        writer.Open("references", '[', PolicyRules.Sentence(ReferencesMeaning));
        foreach (SnpReference reference in policy.References) Write(writer, reference);
        writer.Close(']').Open("floors", '{', PolicyRules.Sentence(FloorsMeaning));
        foreach ((SnpProductLine line, SnpTcbFloor floor) in policy.Floors.OrderBy(entry => entry.Key))
        {
            writer.Open(line.ToString(), '{');
            foreach ((string name, SnpTcb tcb) in new[] { ("reported", floor.Reported), ("committed", floor.Committed), ("launch", floor.Launch), ("current", floor.Current) })
                writer.Raw(name, $"{{\"fmc\": {tcb.Fmc}, \"bootLoader\": {tcb.BootLoader}, \"tee\": {tcb.Tee}, \"snp\": {tcb.Snp}, \"microcode\": {tcb.Microcode}}}");
            writer.Close('}');
        }
        writer.Close('}');
        if (policy.Chip is SnpChipRule.Exactly exactly) writer.Choice("chip", "exactly", exactly.ChipId, PolicyRules.Sentence(ChipMeaning));
        else writer.Text("chip", policy.Chip is SnpChipRule.AnyNamed ? "anyNamed" : "anyEvenMasked", PolicyRules.Sentence(ChipMeaning));
        writer.Open("platform", '{', PolicyRules.Sentence(PlatformMeaning)).Words("required", NamesOf(policy.Platform.Required)).Words("forbidden", NamesOf(policy.Platform.Forbidden)).Close('}');
        writer.Bits("mitigations", policy.Mitigations, PolicyRules.Sentence(MitigationsMeaning));
        writer.Text("revocation", policy.Revocation == SnpRevocationRule.WhenGiven ? "whenGiven" : "required", PolicyRules.Sentence(RevocationMeaning));
        PolicyRules.WriteBinding(writer, "reportData", (policy.ReportData as SnpReportDataRule.Exactly)?.ReportData);
    }

    /// <summary>A policy that accepts this very guest on chips with at least this firmware.</summary>
    internal static SnpPolicy Draft(VerifiedSnpReport verified)
    {
        SnpReport report = verified.Report;
        return new SnpPolicy
        {
            References =
            [
                new SnpReference
                {
                    Name = "from evidence",
                    ProductLine = verified.ProductLine,
                    Measurement = report.Measurement,
                    Policy = report.Policy,
                    Vmpl = report.Vmpl,
                    GuestSvn = report.GuestSvn,
                    FamilyId = report.FamilyId,
                    ImageId = report.ImageId,
                    HostData = report.HostData,
                    IdKeyDigest = report.IdKeyDigest,
                    AuthorKeyDigest = report.AuthorKeyDigest,
                },
            ],
            Floors = new Dictionary<SnpProductLine, SnpTcbFloor>
            {
                [verified.ProductLine] = new() { Reported = verified.ReportedTcb, Committed = verified.CommittedTcb, Launch = verified.LaunchTcb, Current = verified.CurrentTcb },
            },
            Chip = report.ChipIdIsMasked || report.SigningKey != SnpSigningKey.Vcek ? new SnpChipRule.AnyEvenMasked() : new SnpChipRule.AnyNamed(),
            Platform = SnpPlatformRule.Any,
            Mitigations = 0,
            Revocation = verified.RevocationChecked ? SnpRevocationRule.Required : SnpRevocationRule.WhenGiven,
            ReportData = new SnpReportDataRule.Exactly(report.ReportData),
        };
    }

    private static SnpReference ReadReference(PolicyNode node)
    {
        var reference = new SnpReference
        {
            Name = node.Text("name", "what this guest is called in results"),
            ProductLine = node.Enum<SnpProductLine>("productLine", "Milan, Genoa or Turin"),
            Measurement = node.Hex("measurement", SnpReport.MeasurementSize, "the launch digest"),
            Policy = new SnpGuestPolicy(node.Bits("policy", "all bits of the guest policy")),
            Vmpl = (uint)node.Number("vmpl", 3, "the privilege level that asks for reports"),
            GuestSvn = (uint)node.Number("guestSvn", uint.MaxValue, "GUEST_SVN"),
            FamilyId = node.Hex("familyId", 16, "FAMILY_ID, zero without an ID block"),
            ImageId = node.Hex("imageId", 16, "IMAGE_ID, zero without an ID block"),
            HostData = node.Hex("hostData", 32, "HOST_DATA, zero when the host gave none"),
            IdKeyDigest = node.Hex("idKeyDigest", 48, "ID_KEY_DIGEST, zero without an ID block"),
            AuthorKeyDigest = node.Hex("authorKeyDigest", 48, "AUTHOR_KEY_DIGEST, zero without an author key"),
        };
        node.Close();
        return reference;
    }

    private static void Write(PolicyWriter writer, SnpReference reference) => writer.Open(null, '{')
        .Text("name", reference.Name)
        .Text("productLine", reference.ProductLine.ToString())
        .Hex("measurement", reference.Measurement, "The launch digest.")
        .Bits("policy", reference.Policy.Bits, "All bits of the guest policy.")
        .Number("vmpl", reference.Vmpl)
        .Number("guestSvn", reference.GuestSvn)
        .Hex("familyId", reference.FamilyId)
        .Hex("imageId", reference.ImageId)
        .Hex("hostData", reference.HostData)
        .Hex("idKeyDigest", reference.IdKeyDigest)
        .Hex("authorKeyDigest", reference.AuthorKeyDigest)
        .Close('}');

    private static Dictionary<SnpProductLine, SnpTcbFloor> ReadFloors(PolicyNode node)
    {
        var floors = new Dictionary<SnpProductLine, SnpTcbFloor>();
        foreach ((string name, PolicyNode value) in node.Entries())
        {
            if (!Enum.GetNames<SnpProductLine>().Contains(name, StringComparer.Ordinal))
            {
                node.Fail(name, $"is no product line. There are {string.Join(", ", Enum.GetNames<SnpProductLine>())}");
                continue;
            }
            floors[Enum.Parse<SnpProductLine>(name)] = new SnpTcbFloor
            {
                Reported = ReadTcb(value.Object("reported", "the floor of REPORTED_TCB")),
                Committed = ReadTcb(value.Object("committed", "the floor of COMMITTED_TCB")),
                Launch = ReadTcb(value.Object("launch", "the floor of LAUNCH_TCB")),
                Current = ReadTcb(value.Object("current", "the floor of CURRENT_TCB")),
            };
            value.Close();
        }
        return floors;
    }

    private static SnpTcb ReadTcb(PolicyNode node)
    {
        var tcb = new SnpTcb(Level("fmc", "0 before Turin"), Level("bootLoader", "boot loader"), Level("tee", "secure processor operating system"), Level("snp", "SNP firmware"), Level("microcode", "microcode"));
        node.Close();
        return tcb;

        byte Level(string name, string meaning) => (byte)node.Number(name, byte.MaxValue, "the least security version of " + meaning);
    }

    private static SnpPlatformRule ReadPlatform(PolicyNode node)
    {
        var rule = new SnpPlatformRule { Required = ReadBits("required"), Forbidden = ReadBits("forbidden") };
        node.Close();
        return rule;

        SnpPlatformInfo ReadBits(string name) => node.List(name, "bits of PLATFORM_INFO by name", item => item.Enum<SnpPlatformInfo>()).Aggregate(SnpPlatformInfo.None, (all, bit) => all | bit);
    }

    private static IEnumerable<string> NamesOf(SnpPlatformInfo bits) => Enum.GetValues<SnpPlatformInfo>().Where(bit => bit != SnpPlatformInfo.None && bits.HasFlag(bit)).Select(bit => bit.ToString());

    private static SnpChipRule ReadChip(PolicyNode node)
    {
        (string word, PolicyNode value) = node.Choice("chip", "anyNamed", "anyEvenMasked", "exactly…");
        return word switch
        {
            "anyNamed" => new SnpChipRule.AnyNamed(),
            "anyEvenMasked" => new SnpChipRule.AnyEvenMasked(),
            "exactly" => new SnpChipRule.Exactly(value.AsHex(SnpReport.ChipIdSize, SnpReport.ChipIdSize, "CHIP_ID")),
            _ => new SnpChipRule.Exactly(default),
        };
    }
}
