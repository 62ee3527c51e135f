namespace Errand.Attestation;

/// <summary>Section <c>tpmQuote</c> of policy files.</summary>
internal static class TpmQuotePolicyFile
{
    private const string ReferencesMeaning = "machine states that are accepted, one of which must match in all listed PCRs; none accepts nothing";
    private const string KeyMeaning = "the attestation key: {\"oneOf\": [Names in hexadecimal]} that you know, {\"certified\": [TpmHardware, TpmCloud]}, or \"notChecked\", which shows nothing of a TPM";
    private const string LogMeaning = "whether an event log that explains the PCRs must be given";
    private const string SecureBootMeaning = "whether that log must show that Secure Boot is on";
    private const string ImaMeaning = "what the kernel may have measured: \"notChecked\", or {\"allowed\": {\"digests\": [\"sha256:…\"], \"violations\": false, \"paddedSha1\": false}}";
    private const int NameSizeMin = 34;
    private const int NameSizeMax = 66;

    internal static TpmQuotePolicy Read(PolicyNode node)
    {
        var policy = new TpmQuotePolicy
        {
            References = node.List("references", ReferencesMeaning, ReadReference),
            Key = ReadKey(node),
            Nonce = PolicyRules.ReadBinding(node, "nonce", 0, TpmsAttest.NonceSizeMax) is { } bytes ? new TpmNonceRule.Exactly(bytes) : new TpmNonceRule.NotChecked(),
            EventLogRequired = node.Bool("eventLogRequired", LogMeaning),
            SecureBootRequired = node.Bool("secureBootRequired", SecureBootMeaning),
            Ima = ReadIma(node),
        };
        node.Close();
        return policy;
    }

    internal static void Write(PolicyWriter writer, TpmQuotePolicy policy)
    {
        writer.Open("references", '[', PolicyRules.Sentence(ReferencesMeaning));
        foreach (TpmQuoteReference reference in policy.References)
        {
            writer.Open(null, '{').Text("name", reference.Name).Text("bank", reference.Bank.BankName());
            PcrMapFile.Write(writer, reference.Pcrs, "Leave out those that change with every boot.");
            writer.Close('}');
        }
        writer.Close(']');
        string key = policy.Key switch
        {
            TpmKeyRule.OneOf oneOf => $"{{\"oneOf\": [{string.Join(", ", oneOf.Names.Select(name => PolicyWriter.Quote(Convert.ToHexStringLower(name.Span))))}]}}",
            TpmKeyRule.Certified certified => $"{{\"certified\": [{string.Join(", ", certified.Classes.Select(item => PolicyWriter.Quote(item.ToString())))}]}}",
            _ => "\"notChecked\"",
        };
        writer.Raw("key", key, PolicyRules.Sentence(KeyMeaning));
        PolicyRules.WriteBinding(writer, "nonce", (policy.Nonce as TpmNonceRule.Exactly)?.Nonce);
        writer.Bool("eventLogRequired", policy.EventLogRequired, PolicyRules.Sentence(LogMeaning));
        writer.Bool("secureBootRequired", policy.SecureBootRequired, PolicyRules.Sentence(SecureBootMeaning));
        if (policy.Ima is not { } ima) writer.Text("ima", "notChecked", PolicyRules.Sentence(ImaMeaning));
        else
        {
            writer.Open("ima", '{', PolicyRules.Sentence(ImaMeaning)).Open("allowed", '{').Words("digests", ima.AllowedDigests.Order(StringComparer.Ordinal))
                .Bool("violations", ima.AllowViolations).Bool("paddedSha1", ima.AllowPaddedSha1).Close('}').Close('}');
        }
    }

    /// <summary>A policy that accepts this very machine state under this very key.</summary>
    internal static TpmQuotePolicy Draft(VerifiedTpmQuote verified)
    {
        PcrSelection selection = verified.Quote.Selections.Where(candidate => candidate.Bank != TpmAlgorithm.Sha1).FirstOrDefault(new PcrSelection(TpmAlgorithm.Sha256, default));
        return new TpmQuotePolicy
        {
            References = [new TpmQuoteReference { Name = "from evidence", Bank = selection.Bank, Pcrs = selection.Pcrs.Indices().ToDictionary(index => index, index => verified.Pcr(selection.Bank, index)) }],
            Key = verified.Key is { } key ? new TpmKeyRule.OneOf([key.Name]) : new TpmKeyRule.NotChecked(),
            Nonce = new TpmNonceRule.Exactly(verified.Quote.ExtraData),
            EventLogRequired = false,
            SecureBootRequired = false,
            Ima = null,
        };
    }

    internal static TpmQuoteReference ReadReference(PolicyNode node)
    {
        string name = node.Text("name", "what this machine state is called in results");
        string bank = node.Text("bank", "sha256, sha384 or sha512");
        TpmAlgorithm algorithm = TpmAlgorithms.FromBankName(bank) ?? TpmAlgorithm.Null;
        if (bank.Length > 0 && algorithm is TpmAlgorithm.Null or TpmAlgorithm.Sha1) node.Fail("bank", "is sha256, sha384 or sha512; SHA-1 is broken");
        var reference = new TpmQuoteReference { Name = name, Bank = algorithm, Pcrs = PcrMapFile.Read(node.Object("pcrs", "PCR values by index"), PcrSet.Count, algorithm.DigestSize()) };
        node.Close();
        return reference;
    }

    private static ImaPolicy? ReadIma(PolicyNode node)
    {
        (string word, PolicyNode value) = node.Choice("ima", "notChecked", "allowed…");
        if (word == "notChecked") return null;
        if (word != "allowed") return new ImaPolicy { AllowedDigests = new HashSet<string>(), AllowViolations = false, AllowPaddedSha1 = false };
        var policy = new ImaPolicy
        {
            AllowedDigests = value.List("digests", "digests of files that may run, as \"sha256:hex\"", item => item.AsText("a digest such as sha256:hex") ?? "").ToHashSet(StringComparer.Ordinal),
            AllowViolations = value.Bool("violations", "whether files that changed while they were measured are passed over"),
            AllowPaddedSha1 = value.Bool("paddedSha1", "whether SHA-1 digests padded with zeros will do"),
        };
        value.Close();
        return policy;
    }

    private static TpmKeyRule ReadKey(PolicyNode node)
    {
        (string word, PolicyNode value) = node.Choice("key", "oneOf…", "certified…", "notChecked");
        return word switch
        {
            "oneOf" => new TpmKeyRule.OneOf(value.AsList(item => item.AsHex(NameSizeMin, NameSizeMax, "a TPM Name"))),
            "certified" => new TpmKeyRule.Certified(value.AsList(item => item.Enum<RootClass>())),
            "notChecked" => new TpmKeyRule.NotChecked(),
            _ => new TpmKeyRule.OneOf([]),
        };
    }
}
