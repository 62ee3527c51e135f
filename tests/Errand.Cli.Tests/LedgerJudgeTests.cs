using System.Text.Json;
using Errand.Cryptography;
using Errand.Ledger;
using Errand.Primitives;
using Errand.Protocol;
using Errand.Protocol.Tests;

namespace Errand.Cli.Tests;

/// <summary>Judging a ledger by what it has signed, and naming whose signatures count.</summary>
public sealed class LedgerJudgeTests : IDisposable
{
    private readonly CliFolder _cli = new();
    private readonly SigningKey _key = SigningKey.Generate();

    public void Dispose()
    {
        _key.Dispose();
        _cli.Dispose();
    }

    [Fact]
    public void Two_histories_of_one_size_are_proven_to_anybody_who_has_the_genesis()
    {
        string origin = Checkpoint.OriginOf(Write("genesis.cbor", _key.PublicKey).NetworkId());
        using var other = SigningKey.Generate();
        Write("other.cbor", other.PublicKey);
        byte[] evidence = new LedgerEvidence
        {
            Kind = LedgerEvidenceKind.Fork,
            Note = Sign(origin, 1),
            Other = Sign(origin, 2),
            Proof = new RangeProof([], []),
        }.Encode();
        File.WriteAllBytes(_cli.In("fork.evidence"), evidence);

        CliResult proven = _cli.Run("ledger", "judge", "fork.evidence", "--genesis", "genesis.cbor");
        Assert.True(proven.Exit == 0, proven.Error);
        Assert.StartsWith("PROVEN: whoever holds the ledger's key signed two histories.", proven.Output, StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse(_cli.Run("ledger", "judge", "fork.evidence", "--genesis", "genesis.cbor", "--json").Output);
        Assert.True(json.RootElement.GetProperty("proves").GetBoolean());

        // It proves nothing against another ledger, and nothing where both notes are the same.
        CliResult nothing = _cli.Run("ledger", "judge", "fork.evidence", "--genesis", "other.cbor");
        Assert.Equal(5, nothing.Exit);
        Assert.Contains("proves nothing", nothing.Output, StringComparison.Ordinal);
        File.WriteAllBytes(_cli.In("same.evidence"), new LedgerEvidence { Kind = LedgerEvidenceKind.Fork, Note = Sign(origin, 1), Other = Sign(origin, 1), Proof = new RangeProof([], []) }.Encode());
        Assert.Equal(5, _cli.Run("ledger", "judge", "same.evidence", "--genesis", "genesis.cbor").Exit);

        evidence[^1] ^= 1;
        File.WriteAllBytes(_cli.In("damaged.evidence"), evidence);
        CliResult damaged = _cli.Run("ledger", "judge", "damaged.evidence", "--genesis", "genesis.cbor");
        Assert.Equal(1, damaged.Exit);
        Assert.Contains("[file/unreadable]", damaged.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_policy_names_the_ledger_and_its_quorum_for_public_tools()
    {
        Genesis genesis = Write("genesis.cbor", _key.PublicKey);
        Assert.Equal($"log {new VerifierKey(Checkpoint.OriginOf(genesis.NetworkId()), _key.PublicKey)}\nquorum none\n", _cli.Run("ledger", "policy", "--genesis", "genesis.cbor").Output);
        Genesis witnessed = Write("witnessed.cbor", _key.PublicKey, WitnessRule.Of(genesis.FoundingVerifiers.Take(4).Select(founder => founder.Node)));
        string policy = _cli.Run("ledger", "policy", "--genesis", "witnessed.cbor").Output;
        Assert.Contains("\ngroup witnesses 3 w1 w2 w3 w4\nquorum witnesses\n", policy, StringComparison.Ordinal);
        foreach (PublicKey witness in witnessed.Witnesses.Witnesses) Assert.Contains(CosignerKey.OfNode(witness).ToString(), policy, StringComparison.Ordinal);
    }

    private SignedNote Sign(string origin, byte root) => new Checkpoint(origin, 10, new Bytes32([.. Enumerable.Repeat(root, 32)])).Sign(new NoteSigner(origin, _key)).Note;

    private Genesis Write(string file, PublicKey ledger, WitnessRule? witnesses = null)
    {
        using JsonDocument vector = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Repository.Root, "tests", "vectors", "protocol", "genesis.json")));
        Assert.Equal(GenesisError.None, Genesis.TryDecode(Convert.FromHexString(vector.RootElement.GetProperty("document").GetString()!), out Genesis? genesis));
        Genesis made = genesis! with { LedgerKey = ledger, Witnesses = witnesses ?? WitnessRule.None };
        File.WriteAllBytes(_cli.In(file), made.Encode());
        return made;
    }
}
