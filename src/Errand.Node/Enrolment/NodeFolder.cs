using Errand.Client;
using Errand.Ledger;

namespace Errand.Node;

/// <summary>Where the parts of an enrolled node lie.</summary>
/// <remarks>
/// <code>
/// node.json        what it is and where: no secret     attestation-key   of use to this machine's TPM only
/// genesis.cbor     the network it is in, pinned        results/, inputs/ what an executor works with
/// keys.sealed      its seeds, for this TPM and boot    verdicts/          what a verifier has said
/// seen.note        newest checkpoint seen              witness.note       newest checkpoint cosigned, if it is a witness
/// state/           snapshots of the network's state
/// </code>
/// </remarks>
public sealed class NodeFolder(string root)
{
    /// <summary>The folder itself.</summary>
    public string Root { get; } = Path.GetFullPath(root);

    /// <summary>The node's file: there once it is enrolled.</summary>
    public string File => Path.Combine(Root, "node.json");

    /// <summary>The genesis document of its network.</summary>
    public string Genesis => Path.Combine(Root, "genesis.cbor");

    /// <summary>Its seeds, sealed.</summary>
    public string SealedKeys => Path.Combine(Root, "keys.sealed");

    /// <summary>Its attestation key.</summary>
    public string AttestationKey => Path.Combine(Root, "attestation-key");

    /// <summary>Sealed files under way.</summary>
    public string Inputs => Path.Combine(Root, "inputs");

    /// <summary>What a verifier has said of Proofs of Trust and accusations.</summary>
    public string Verdicts => Path.Combine(Root, "verdicts");

    /// <summary>The newest checkpoint of the ledger that the node has seen.</summary>
    public string SeenCheckpoint => Path.Combine(Root, "seen.note");

    /// <summary>What was read from the network's chain.</summary>
    public string Chain => Path.Combine(Root, "chain.db");

    /// <summary>What the node has cosigned last, if it is a witness. Never put an older copy in its place.</summary>
    public string Witness => Path.Combine(Root, "witness.note");

    /// <summary>Keeps a proof that the ledger lied.</summary>
    internal void KeepEvidence(LedgerEvidence evidence) => LedgerEvidenceFile.Keep(Root, evidence);

    /// <summary>Snapshots of the network's state.</summary>
    public string State => Path.Combine(Root, "state");

    /// <summary>Writes a small file whole or not at all.</summary>
    internal static void Write(string path, ReadOnlySpan<byte> content)
    {
        string unfinished = path + ".part";
        using (var file = new FileStream(unfinished, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }
        System.IO.File.Move(unfinished, path, overwrite: true);
    }
}
