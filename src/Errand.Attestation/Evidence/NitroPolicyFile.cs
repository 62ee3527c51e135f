namespace Errand.Attestation;

/// <summary>Section <c>nitro</c> of policy files.</summary>
internal static class NitroPolicyFile
{
    private const string ReferencesMeaning = "enclaves or instances that are accepted, one of which must match in all listed PCRs; none accepts nothing";
    private const string ModuleMeaning = "\"any\", {\"exactly\": module id} or {\"instance\": instance id}";
    private const string FieldMeaning = "\"notChecked\", \"absent\", {\"exactly\": hex}, or \"given\" for what is given when verifying (--nonce)";
    private const string AgeMeaning = "how many seconds old a document may be by its own timestamp";
    private const string AheadMeaning = "how many seconds its timestamp may lie in the future";
    private const int PcrSize = 48;
    private const int SecondsMax = 366 * 24 * 3600;

    internal static NitroPolicy Read(PolicyNode node)
    {
        var policy = new NitroPolicy
        {
            References = node.List("references", ReferencesMeaning, ReadReference),
            Module = ReadModule(node),
            Nonce = ReadField(node, "nonce"),
            UserData = ReadField(node, "userData"),
            PublicKey = ReadField(node, "publicKey"),
            AgeMax = TimeSpan.FromSeconds(node.Number("ageMaxSeconds", SecondsMax, AgeMeaning)),
            AheadMax = TimeSpan.FromSeconds(node.Number("aheadMaxSeconds", SecondsMax, AheadMeaning)),
        };
        node.Close();
        return policy;
    }

    internal static void Write(PolicyWriter writer, NitroPolicy policy)
    {
        writer.Open("references", '[', PolicyRules.Sentence(ReferencesMeaning));
        foreach (NitroReference reference in policy.References)
        {
            writer.Open(null, '{').Text("name", reference.Name).Text("source", reference.Source.ToString());
            PcrMapFile.Write(writer, reference.Pcrs, "0: image, 1: kernel and boot file system, 2: application, 3: role, 4: instance, 8: signing certificate.");
            writer.Close('}');
        }
        writer.Close(']');
        string module = policy.Module switch
        {
            NitroModuleRule.Exactly exactly => $"{{\"exactly\": {PolicyWriter.Quote(exactly.ModuleId)}}}",
            NitroModuleRule.OfInstance instance => $"{{\"instance\": {PolicyWriter.Quote(instance.InstanceId)}}}",
            _ => "\"any\"",
        };
        writer.Raw("module", module, PolicyRules.Sentence(ModuleMeaning));
        foreach ((string name, NitroFieldRule rule) in new[] { ("nonce", policy.Nonce), ("userData", policy.UserData), ("publicKey", policy.PublicKey) })
        {
            if (rule is NitroFieldRule.Exactly exactly) writer.Choice(name, "exactly", exactly.Value, PolicyRules.Sentence(FieldMeaning));
            else writer.Text(name, rule is NitroFieldRule.Absent ? "absent" : writer.AsksForNonce && name == "nonce" ? "given" : "notChecked", PolicyRules.Sentence(FieldMeaning));
        }
        writer.Number("ageMaxSeconds", (long)policy.AgeMax.TotalSeconds, PolicyRules.Sentence(AgeMeaning));
        writer.Number("aheadMaxSeconds", (long)policy.AheadMax.TotalSeconds, PolicyRules.Sentence(AheadMeaning));
    }

    /// <summary>A policy that accepts documents of this very image for five minutes.</summary>
    internal static NitroPolicy Draft(VerifiedNitroDocument verified)
    {
        NitroDocument document = verified.Document;
        // PCR3 and PCR4 name role and instance: a policy for an image leaves them to a person.
        int[] indices = [.. document.PcrIndices.Where(index => document.Source == NitroSource.NitroTpm || index is 0 or 1 or 2 or 8).Where(index => document.Pcr(index).Length == PcrSize && (index < 3 || document.Pcr(index).Span.ContainsAnyExcept((byte)0)))];
        return new NitroPolicy
        {
            References = [new NitroReference { Name = "from evidence", Source = document.Source, Pcrs = indices.ToDictionary(index => index, document.Pcr) }],
            Module = new NitroModuleRule.Any(),
            Nonce = Field(document.Nonce),
            UserData = Field(document.UserData),
            PublicKey = Field(document.PublicKey),
            AgeMax = TimeSpan.FromMinutes(5),
            AheadMax = TimeSpan.FromMinutes(1),
        };

        static NitroFieldRule Field(ReadOnlyMemory<byte>? value) => value is { } bytes ? new NitroFieldRule.Exactly(bytes) : new NitroFieldRule.Absent();
    }

    private static NitroReference ReadReference(PolicyNode node)
    {
        var reference = new NitroReference
        {
            Name = node.Text("name", "what this enclave is called in results"),
            Source = node.Enum<NitroSource>("source", "Enclave or NitroTpm"),
            Pcrs = PcrMapFile.Read(node.Object("pcrs", "PCR values by index"), NitroDocument.PcrCountMax, PcrSize),
        };
        node.Close();
        return reference;
    }

    private static NitroModuleRule ReadModule(PolicyNode node)
    {
        (string word, PolicyNode value) = node.Choice("module", "any", "exactly…", "instance…");
        return word switch
        {
            "any" => new NitroModuleRule.Any(),
            "instance" => new NitroModuleRule.OfInstance(value.AsText("an instance id") ?? ""),
            "exactly" => new NitroModuleRule.Exactly(value.AsText("a module id") ?? ""),
            _ => new NitroModuleRule.Exactly(""),
        };
    }

    private static NitroFieldRule ReadField(PolicyNode node, string name)
    {
        (string word, PolicyNode value) = node.Choice(name, "notChecked", "absent", "given", "exactly…");
        switch (word)
        {
            case "notChecked": return new NitroFieldRule.NotChecked();
            case "absent": return new NitroFieldRule.Absent();
            case "exactly": return new NitroFieldRule.Exactly(value.AsHex(0, NitroDocument.FieldSizeMax, "the expected bytes"));
            case "given" when node.Nonce is { } nonce: return new NitroFieldRule.Exactly(nonce);
            case "given": node.Fail(name, "is \"given\", but nothing was given: name it with --nonce HEX"); break;
            default: break;
        }
        return new NitroFieldRule.Exactly(default);
    }
}
