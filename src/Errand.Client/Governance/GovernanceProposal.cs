using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using Errand.Cryptography;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Client;

/// <summary>
/// Changes on their way to the ledger: a text file that goes from one holder of a governance key to the next. Nothing of it is on the
/// ledger before it has enough signatures, and keys may stay offline: a file is all that signing needs.
/// </summary>
/// <param name="Network">For this network alone.</param>
/// <param name="Number">The number of the Govern entry; others that take the same number first make this one worthless.</param>
/// <param name="Epoch">At whose opening the changes take effect.</param>
/// <param name="Changes">What is changed, in order.</param>
/// <param name="Approvals">Signatures so far, rising by key; each holds.</param>
public sealed record GovernanceProposal(NetworkId Network, int Number, long Epoch, ImmutableArray<GovernanceChange> Changes, ImmutableArray<GovernanceApproval> Approvals)
{
    /// <summary>The longest file that is read.</summary>
    public const int FileSizeMax = 1 << 20;

    private const int Version = 1;
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 8, AllowDuplicateProperties = false };
    private static readonly JsonDocumentOptions ByHand = new() { MaxDepth = 8, AllowDuplicateProperties = false, CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>What signers sign, as they can compare it over the phone: the first 32 bytes of it.</summary>
    public Bytes32 Digest
    {
        get
        {
            Bytes32.TryRead(Message().AsSpan(0, Bytes32.Size), out Bytes32 digest);
            return digest;
        }
    }

    /// <summary>Reads a list of changes that somebody wrote, and makes them a proposal for a network as it stands.</summary>
    /// <param name="state">The network.</param>
    /// <param name="text">A JSON array of changes.</param>
    /// <param name="epoch">When they take effect.</param>
    /// <exception cref="ClientException"><c>governance/file</c>; <c>entry/refused</c>: the network would refuse them, whoever signed.</exception>
    public static GovernanceProposal Create(NetworkState state, string text, long epoch)
    {
        ArgumentNullException.ThrowIfNull(state);
        using JsonDocument document = Parse(text, ByHand);
        if (document.RootElement.ValueKind != JsonValueKind.Array) throw new ClientException(ClientError.GovernanceFile, "The file is no array of changes.");
        ImmutableArray<GovernanceChange> changes = [.. document.RootElement.EnumerateArray().Select(change => GovernanceJson.Read(change, state.Terms))];
        RefusalReason refusal = state.CheckChanges(epoch, changes);
        if (refusal != RefusalReason.None) throw new ClientException(ClientError.EntryRefused, $"The network would refuse these changes: refused/{refusal.Code()}.", refusal.Sentence());
        return new GovernanceProposal(state.Network, state.Governance.Number + 1, epoch, changes, []);
    }

    /// <summary>Reads a proposal and checks each of its signatures.</summary>
    /// <exception cref="ClientException"><c>governance/file</c>.</exception>
    public static GovernanceProposal Read(string text)
    {
        using JsonDocument document = Parse(text, Strict);
        var fields = new JsonFields(document.RootElement, "the proposal");
        if (fields.Int("version") != Version) throw fields.Wrong($"the version is not {Version}");
        var network = new NetworkId(fields.Digest("network"));
        int number = fields.Int("number", 1);
        long epoch = fields.Number("epoch", 1);
        // In full: what is signed must not depend on what some network happens to have in force.
        ImmutableArray<GovernanceChange> changes = [.. fields.Items("changes").Select(change => GovernanceJson.Read(change, present: null))];
        var proposal = new GovernanceProposal(network, number, epoch, changes, []);
        foreach (JsonElement item in fields.Items("approvals"))
        {
            var approval = new JsonFields(item, "an approval");
            var key = new PublicKey(approval.Digest("key"));
            ReadOnlyMemory<byte> signature = approval.Hex("signature");
            approval.Close();
            if (!proposal.TryAdd(new GovernanceApproval(key, signature), out GovernanceProposal? more)) throw approval.Wrong($"the signature of {key} does not hold for these changes");
            proposal = more;
        }
        fields.Close();
        return proposal;
    }

    /// <summary>The file.</summary>
    public string ToText()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true })) WriteTo(json);
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length) + "\n";
    }

    /// <summary>Writes the proposal as a JSON object.</summary>
    public void WriteTo(Utf8JsonWriter json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.WriteStartObject();
        json.WriteNumber("version", Version);
        json.WriteString("network", Network.ToString());
        json.WriteNumber("number", Number);
        json.WriteNumber("epoch", Epoch);
        json.WriteStartArray("changes");
        foreach (GovernanceChange change in Changes) GovernanceJson.Write(json, change);
        json.WriteEndArray();
        json.WriteStartArray("approvals");
        foreach (GovernanceApproval approval in Approvals)
        {
            json.WriteStartObject();
            json.WriteString("key", approval.Key.ToString());
            json.WriteString("signature", Convert.ToHexStringLower(approval.Signature.Span));
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>With one key's signature more.</summary>
    public GovernanceProposal Sign(SigningKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var signature = new byte[ProtocolSizes.Signature];
        key.Sign(Message(), signature);
        return TryAdd(new GovernanceApproval(key.PublicKey, signature), out GovernanceProposal? signed) ? signed : throw new InvalidOperationException("An own signature does not hold.");
    }

    /// <summary>Puts the signatures of two copies together, which must be of the same changes.</summary>
    /// <exception cref="ClientException"><c>governance/file</c>: they are of something else.</exception>
    public GovernanceProposal Merge(GovernanceProposal other)
    {
        ArgumentNullException.ThrowIfNull(other);
        GovernanceProposal merged = this;
        if (!Message().AsSpan().SequenceEqual(other.Message())) throw new ClientException(ClientError.GovernanceFile, "The files hold different proposals.", "Put together only copies of one proposal.");
        foreach (GovernanceApproval approval in other.Approvals)
            if (merged.TryAdd(approval, out GovernanceProposal? more)) merged = more;
        return merged;
    }

    /// <summary>The entry, with the signatures of keys that govern the network; others would have it refused.</summary>
    public GovernEntry ToEntry(GovernanceKeys keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        return new GovernEntry { Number = Number, Epoch = Epoch, Changes = Changes, Approvals = [.. Approvals.Where(approval => keys.Keys.Contains(approval.Key))] };
    }

    private bool TryAdd(GovernanceApproval approval, [NotNullWhen(true)] out GovernanceProposal? proposal)
    {
        proposal = null;
        if (approval.Signature.Length != ProtocolSizes.Signature || !Ed25519.Verify(approval.Key, Message(), approval.Signature.Span)) return false;
        proposal = this with { Approvals = [.. Approvals.Where(present => present.Key != approval.Key).Append(approval).OrderBy(present => present.Key)] };
        return true;
    }

    private byte[] Message() => GovernEntry.Message(Network, Number, Epoch, Changes);

    private static JsonDocument Parse(string text, JsonDocumentOptions options)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > FileSizeMax) throw new ClientException(ClientError.GovernanceFile, "The file is too long for a proposal.");
        try
        {
            return JsonDocument.Parse(text, options);
        }
        catch (JsonException wrong)
        {
            throw new ClientException(ClientError.GovernanceFile, $"The file is no JSON: {wrong.Message}");
        }
    }
}
