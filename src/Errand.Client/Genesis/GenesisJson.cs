using System.Collections.Immutable;
using System.Text.Json;
using Errand.Protocol;

namespace Errand.Client;

/// <summary>A genesis as people write and read it. Its lists may stand in any order; the document has them in the one that the protocol wants.</summary>
public static class GenesisJson
{
    /// <summary>The longest file read.</summary>
    public const int FileSizeMax = 16 << 20;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 8 };

    /// <summary>Reads a file, and checks what the protocol demands of a genesis.</summary>
    /// <exception cref="ClientException"><c>genesis/file</c>: something is missing, unknown, out of range, or does not go together.</exception>
    public static Genesis Read(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > FileSizeMax) throw new ClientException(ClientError.GenesisFile, $"The file is longer than {FileSizeMax >> 20} MiB.");
        try
        {
            using var document = JsonDocument.Parse(utf8.ToArray(), Strict);
            Genesis genesis = Read(new JsonFields(document.RootElement, "the file", ClientError.GenesisFile));
            GenesisError error = Genesis.TryDecode(genesis.Encode(), out Genesis? read);
            return read ?? throw new ClientException(ClientError.GenesisFile, $"A network cannot begin with this: {Sentence(error)}");
        }
        catch (JsonException wrong)
        {
            throw new ClientException(ClientError.GenesisFile, $"The file is no JSON: {wrong.Message}", wrong);
        }
        catch (InvalidOperationException half)
        {
            // A name with half a surrogate pair.
            throw new ClientException(ClientError.GenesisFile, "The file has a name that is no text.", half);
        }
    }

    /// <summary>Writes a genesis in full.</summary>
    public static void Write(Utf8JsonWriter json, Genesis genesis)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(genesis);
        json.WriteStartObject();
        json.WriteString("name", genesis.Name);
        json.WriteNumber("rulesVersion", genesis.RulesVersion);
        json.WriteBoolean("development", genesis.Development);
        json.WriteNumber("startMilliseconds", genesis.StartMilliseconds);
        WriteObject(json, "times", () => TermsJson.Write(json, genesis.Times));
        WriteObject(json, "committee", () => TermsJson.Write(json, genesis.Committee));
        WriteObjects(json, "operators", genesis.Operators, known =>
        {
            json.WriteString("key", known.Key.ToString());
            json.WriteString("name", known.Name);
        });
        WriteObjects(json, "verifiers", genesis.FoundingVerifiers, founder =>
        {
            json.WriteString("node", founder.Node.ToString());
            json.WriteString("vrfKey", founder.VrfKey.ToString());
            json.WriteString("operator", founder.Operator.ToString());
        });
        WriteObjects(json, "roots", genesis.Roots, root => TermsJson.Write(json, root));
        WriteObjects(json, "references", genesis.ReferenceValues, reference => TermsJson.Write(json, reference.Tee, reference.Tuple));
        WriteObjects(json, "floors", genesis.Floors, floor => TermsJson.Write(json, floor.Tee, floor.Tuple));
        WriteObject(json, "platform", () => TermsJson.Write(json, genesis.Platform));
        json.WriteString("ledgerKey", genesis.LedgerKey.ToString());
        WriteObject(json, "governance", () =>
        {
            TermsJson.WriteList(json, "keys", genesis.Governance.Keys.Select(key => key.ToString()));
            json.WriteNumber("threshold", genesis.Governance.Threshold);
        });
        WriteObject(json, "admission", () => TermsJson.Write(json, genesis.Admission));
        TermsJson.WriteList(json, "deniedTpms", genesis.DeniedTpms.Select(TermsJson.Hex));
        if (!genesis.Witnesses.Witnesses.IsEmpty)
        {
            WriteObject(json, "witnesses", () =>
            {
                TermsJson.WriteList(json, "keys", genesis.Witnesses.Witnesses.Select(key => key.ToString()));
                json.WriteNumber("quorum", genesis.Witnesses.Quorum);
            });
        }
        if (genesis.Chain is { } chain)
        {
            WriteObject(json, "chain", () =>
            {
                json.WriteNumber("id", chain.ChainId);
                json.WriteString("contract", TermsJson.Hex(chain.Contract));
                json.WriteNumber("block", chain.DeployBlock);
                if (chain.Depth is { } depth) json.WriteNumber("depth", depth);
            });
        }
        json.WriteEndObject();
    }

    /// <summary>Reads a member <c>references</c> as <c>errand image measure</c> writes it.</summary>
    /// <exception cref="ClientException"><c>genesis/file</c>.</exception>
    public static ImmutableArray<ReferenceValue> ReadReferences(JsonElement list) =>
        ReadReferences(new JsonFields(list, "the image's values", ClientError.GenesisFile));

    private static Genesis Read(JsonFields fields)
    {
        var genesis = new Genesis
        {
            Name = fields.Text("name"),
            RulesVersion = fields.Int("rulesVersion", 1),
            Development = fields.Bool("development"),
            StartMilliseconds = fields.Number("startMilliseconds"),
            Times = Closed(fields.Object("times"), times => TermsJson.ReadTimes(times, null)),
            Committee = Closed(fields.Object("committee"), committee => TermsJson.ReadCommittee(committee, null)),
            Operators = [.. fields.Objects("operators").Select(item => Closed(item, known => new GenesisOperator(new(known.Digest("key")), known.Text("name")))).OrderBy(known => known.Key)],
            FoundingVerifiers = [.. fields.Objects("verifiers").Select(item => Closed(item, founder => new FoundingVerifier(new(founder.Digest("node")), new(founder.Digest("vrfKey")), new(founder.Digest("operator"))))).OrderBy(founder => founder.Node)],
            Roots = [.. fields.Objects("roots").Select(item => Closed(item, TermsJson.ReadRoot))],
            ReferenceValues = ReadReferences(fields),
            Floors = [.. fields.Objects("floors").Select(item => Closed(item, floor => new FirmwareFloor(floor.Tee("tee"), floor.Hex("tuple"))))],
            Platform = Closed(fields.Object("platform"), platform => TermsJson.ReadPlatform(platform, null)),
            LedgerKey = new(fields.Digest("ledgerKey")),
            Governance = Closed(fields.Object("governance"), keys => new GovernanceKeys(TermsJson.Keys(keys, "keys"), keys.Int("threshold"))),
            Admission = Closed(fields.Object("admission"), admission => TermsJson.ReadAdmission(admission, null)),
            DeniedTpms = fields.HexList("deniedTpms"),
            Witnesses = fields.Has("witnesses") ? Closed(fields.Object("witnesses"), rule => new WitnessRule(TermsJson.Keys(rule, "keys"), rule.Int("quorum", 1))) : WitnessRule.None,
            Chain = fields.Has("chain") ? Closed(fields.Object("chain"), ReadChain) : null,
        };
        fields.Close();
        return genesis;
    }

    private static ImmutableArray<ReferenceValue> ReadReferences(JsonFields fields) => [.. fields.Objects("references").Select(item => Closed(item, TermsJson.ReadReference))];

    private static ChainRule ReadChain(JsonFields fields)
    {
        ReadOnlyMemory<byte> contract = fields.Hex("contract");
        if (contract.Length != ChainRule.AddressSizeBytes) throw fields.Wrong($"\"contract\" does not have {ChainRule.AddressSizeBytes} bytes");
        return new ChainRule((ulong)fields.Number("id", 1), contract, (ulong)fields.Number("block", 1), fields.Has("depth") ? fields.Int("depth") : null);
    }

    private static T Closed<T>(JsonFields fields, Func<JsonFields, T> read)
    {
        T value = read(fields);
        fields.Close();
        return value;
    }

    private static void WriteObject(Utf8JsonWriter json, string name, Action content)
    {
        json.WriteStartObject(name);
        content();
        json.WriteEndObject();
    }

    private static void WriteObjects<T>(Utf8JsonWriter json, string name, ImmutableArray<T> items, Action<T> content)
    {
        json.WriteStartArray(name);
        foreach (T item in items)
        {
            json.WriteStartObject();
            content(item);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static string Sentence(GenesisError error) => error switch
    {
        GenesisError.UpgradeNeeded => "its rules version is later than this software knows.",
        GenesisError.DevelopmentRoot => "it pins a development root, or lists a reference value of a development TEE, and does not say that it is a development network.",
        GenesisError.Founders => "a founding verifier stands there twice, or its operator is not listed, or two of them have one operator.",
        GenesisError.Witnesses => "a witness is no founding verifier, or two quorums could have only liars in common.",
        GenesisError.TwoLedgers => "it names both witnesses and an EVM chain.",
        _ => "a value is out of its range, stands twice, or a list is empty that must not be.",
    };
}
