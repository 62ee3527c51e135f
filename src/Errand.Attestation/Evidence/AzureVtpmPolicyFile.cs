namespace Errand.Attestation;

/// <summary>Section <c>azureVtpm</c> of policy files.</summary>
internal static class AzureVtpmPolicyFile
{
    private const string HardwareMeaning = "a section as at the top level, with the measurements of Azure's paravisor, or null to refuse that processor";
    private const string ReferencesMeaning = "what guests may have booted, one of which must match in all listed PCRs; none accepts nothing";
    private const string SecureBootMeaning = "whether the configuration must say that secure boot is on; PCR 7 is the proof";
    private const string SettingsMeaning = "members of the configuration that must have a value, such as {\"console-enabled\": false}; may be empty";
    private const string VmMeaning = "\"any\" or {\"exactly\": vmUniqueId}";
    private const string UserDataMeaning = "\"notChecked\" or {\"exactly\": 128 hexadecimal digits}";

    internal static AzureVtpmPolicy Read(PolicyNode node)
    {
        var policy = new AzureVtpmPolicy
        {
            SevSnp = node.IsNull("sevSnp") ? null : SnpPolicyFile.Read(node.Object("sevSnp", HardwareMeaning)),
            Tdx = node.IsNull("tdx") ? null : TdxPolicyFile.Read(node.Object("tdx", HardwareMeaning)),
            PcrReferences = node.List("pcrReferences", ReferencesMeaning, ReadReference),
            RequireSecureBoot = node.Bool("requireSecureBoot", SecureBootMeaning),
            VmSettings = ReadSettings(node.Object("vmSettings", SettingsMeaning)),
            Vm = ReadVm(node),
            UserData = ReadUserData(node),
        };
        node.Close();
        return policy;
    }

    internal static void Write(PolicyWriter writer, AzureVtpmPolicy policy)
    {
        Write(writer, "sevSnp", policy.SevSnp, SnpPolicyFile.Write);
        Write(writer, "tdx", policy.Tdx, TdxPolicyFile.Write);
        writer.Open("pcrReferences", '[', PolicyRules.Sentence(ReferencesMeaning));
        foreach (AzurePcrReference reference in policy.PcrReferences)
        {
            writer.Open(null, '{').Text("name", reference.Name).Text("bank", reference.Bank.BankName());
            PcrMapFile.Write(writer, reference.Pcrs, "Leave out those that change with every boot.");
            writer.Close('}');
        }
        writer.Close(']').Bool("requireSecureBoot", policy.RequireSecureBoot, PolicyRules.Sentence(SecureBootMeaning)).Open("vmSettings", '{', PolicyRules.Sentence(SettingsMeaning));
        foreach ((string name, bool value) in policy.VmSettings.OrderBy(setting => setting.Key, StringComparer.Ordinal)) writer.Bool(name, value);
        writer.Close('}');
        writer.Raw("vm", policy.Vm is AzureVmRule.Exactly vm ? $"{{\"exactly\": {PolicyWriter.Quote(vm.Id.ToString())}}}" : "\"any\"", PolicyRules.Sentence(VmMeaning));
        if (policy.UserData is AzureUserDataRule.Exactly data) writer.Choice("userData", "exactly", data.UserData, PolicyRules.Sentence(UserDataMeaning));
        else writer.Text("userData", "notChecked", PolicyRules.Sentence(UserDataMeaning));
    }

    /// <summary>A policy that accepts this very paravisor and machine state. What the report is bound to was verified, so its report data is not asked for.</summary>
    internal static AzureVtpmPolicy Draft(VerifiedAzureVtpm verified)
    {
        PcrBank? bank = verified.Pcrs.Count == 0 ? null : verified.Pcrs[0];
        return new AzureVtpmPolicy
        {
            SevSnp = verified.SevSnp is { } snp ? SnpPolicyFile.Draft(snp) with { ReportData = new SnpReportDataRule.NotChecked() } : null,
            Tdx = verified.Tdx is { } tdx ? TdxPolicyFile.Draft(tdx) with { ReportData = new IntelReportDataRule.NotChecked() } : null,
            PcrReferences = bank is null ? [] : [new AzurePcrReference { Name = "from evidence", Bank = bank.Algorithm, Pcrs = bank.Pcrs.Indices().ToDictionary(index => index, index => bank[index]) }],
            RequireSecureBoot = false,
            VmSettings = new Dictionary<string, bool>(),
            Vm = new AzureVmRule.Any(),
            UserData = new AzureUserDataRule.NotChecked(),
        };
    }

    private static void Write<T>(PolicyWriter writer, string name, T? section, Action<PolicyWriter, T> write)
        where T : class
    {
        if (section is null)
        {
            writer.Raw(name, "null", PolicyRules.Sentence(HardwareMeaning));
            return;
        }
        writer.Open(name, '{', PolicyRules.Sentence(HardwareMeaning));
        write(writer, section);
        writer.Close('}');
    }

    private static AzurePcrReference ReadReference(PolicyNode node)
    {
        TpmQuoteReference read = TpmQuotePolicyFile.ReadReference(node);
        return new AzurePcrReference { Name = read.Name, Bank = read.Bank, Pcrs = read.Pcrs };
    }

    private static Dictionary<string, bool> ReadSettings(PolicyNode node)
    {
        var settings = new Dictionary<string, bool>();
        foreach ((string name, PolicyNode _) in node.Entries()) settings[name] = node.Bool(name, "the value that the configuration must have");
        return settings;
    }

    private static AzureVmRule ReadVm(PolicyNode node)
    {
        (string word, PolicyNode value) = node.Choice("vm", "any", "exactly…");
        if (word == "any") return new AzureVmRule.Any();
        Guid id = default;
        if (word == "exactly" && value.AsText("a vmUniqueId") is { } text && !Guid.TryParseExact(text, "D", out id)) value.Fail("is a vmUniqueId such as 68a1d5a9-0f6c-4b6c-8f4a-0a8a1f0e2c3d");
        return new AzureVmRule.Exactly(id);
    }

    private static AzureUserDataRule ReadUserData(PolicyNode node)
    {
        (string word, PolicyNode value) = node.Choice("userData", "notChecked", "exactly…");
        return word == "notChecked" ? new AzureUserDataRule.NotChecked() : new AzureUserDataRule.Exactly(word == "exactly" ? value.AsHex(HclRuntimeData.UserDataSize, HclRuntimeData.UserDataSize, "the user data") : default);
    }
}
