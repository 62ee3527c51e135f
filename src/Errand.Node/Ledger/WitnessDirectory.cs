using System.Collections.Concurrent;
using Errand.Ledger;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Node;

/// <summary>Where witnesses answer: as the operator says, or else as they say themselves in their Register entries. Thread-safe.</summary>
/// <remarks>
/// A witness that registers must be asked before anything it registers can be final, so the log reads its own entries, final or not. Only
/// entries that the witness's own key signed count; what else makes a registration valid is the fold's matter.
/// </remarks>
internal sealed class WitnessDirectory
{
    // Where the signer's key stands in a frame: docs/protocol.md section 2.4.
    private const int SignerOffset = 10;

    private readonly NetworkId _network;
    private readonly HashSet<PublicKey> _witnesses;
    private readonly IReadOnlyDictionary<PublicKey, Uri> _given;
    private readonly ConcurrentDictionary<PublicKey, (ulong Sequence, Uri Address)> _registered = [];

    internal WitnessDirectory(NetworkId network, IEnumerable<PublicKey> witnesses, IReadOnlyDictionary<PublicKey, Uri> given)
    {
        _network = network;
        _witnesses = [.. witnesses];
        _given = given;
    }

    /// <summary>Where to send add-checkpoint; null when it is not known yet.</summary>
    internal Uri? Find(PublicKey witness) =>
        _given.TryGetValue(witness, out Uri? given) ? given : _registered.TryGetValue(witness, out (ulong, Uri Address) known) ? known.Address : null;

    /// <summary>Takes note of an entry. Returns true when a witness has a new address.</summary>
    internal bool Note(ReadOnlySpan<byte> entry)
    {
        if (entry.Length < SignerOffset + Bytes32.Size) return false;
        var signer = new PublicKey(new Bytes32(entry.Slice(SignerOffset, Bytes32.Size)));
        if (!_witnesses.Contains(signer)) return false;
        PreparedEntry prepared = PreparedEntry.Prepare(_network, entry);
        if (prepared.Refusal != RefusalReason.None || prepared.Signer != signer || prepared.Body is not RegisterEntry register) return false;
        if (!Uri.TryCreate(register.Endpoint.TrimEnd('/') + "/", UriKind.Absolute, out Uri? address) || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps)) return false;
        if (_registered.TryGetValue(signer, out (ulong Sequence, Uri Address) known) && known.Sequence >= prepared.Sequence) return false;
        _registered[signer] = (prepared.Sequence, address);
        return known.Address != address;
    }
}
