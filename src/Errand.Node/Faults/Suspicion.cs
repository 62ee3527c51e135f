using System.Security.Cryptography;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Node;

/// <summary>A fault that this verifier can charge others with.</summary>
internal sealed class Suspicion(FaultCharge charge, OwnFinding? finding)
{
    private readonly SortedDictionary<PublicKey, SeenVerdict> _verdicts = [];
    private SeenVerdict? _contradiction;

    public FaultCharge Charge => charge;

    /// <summary>What it is held against; null for a double vote, which needs nothing.</summary>
    public OwnFinding? Finding => finding;

    /// <summary>Names it among this verifier's duties, together with how many verdicts it holds.</summary>
    public Bytes32 Id { get; private set; }

    /// <summary>Local time before which nothing is done about it; 0 until it has been looked at.</summary>
    public long NotBeforeMilliseconds { get; set; }

    /// <summary>Verdicts that it holds.</summary>
    public int Count => _verdicts.Count;

    public static Suspicion OfDoubleVote(SeenVerdict one, SeenVerdict other)
    {
        var suspicion = new Suspicion(FaultCharge.DoubleVote, null) { _contradiction = other };
        suspicion.Add(one);
        return suspicion;
    }

    public bool IsOf(PublicKey verifier) => _verdicts.ContainsKey(verifier);

    /// <summary>Takes another verdict with the same fault; a verifier's first counts.</summary>
    public void Add(SeenVerdict seen)
    {
        if (_verdicts.Count >= ProtocolLimits.ExhibitsMax || !_verdicts.TryAdd(seen.Signer, seen) || _verdicts.Count > 1) return;
        Id = new Bytes32(SHA256.HashData(seen.Frame.Span));
    }

    /// <summary>The accusation of those that have not been banned; null when none is left.</summary>
    public FaultEntry? ToEntry(NetworkState state)
    {
        ReadOnlyMemory<byte>[] frames = [.. _verdicts.Values.Where(seen => !state.Nodes[seen.Signer].IsBanned).Select(seen => seen.Frame)];
        if (frames.Length == 0) return null;
        if (finding is null) return new FaultEntry { Charge = charge, Exhibits = [frames[0], _contradiction!.Frame] };
        return new FaultEntry { Charge = charge, Exhibits = [.. frames], Node = finding.Node, EvidencePosition = finding.Position };
    }
}
