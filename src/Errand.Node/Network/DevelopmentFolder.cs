namespace Errand.Node;

/// <summary>Where the parts of a development network lie.</summary>
/// <remarks>
/// <code>
/// genesis.cbor   the network's genesis        sites/NAME/    sealed data; never served
/// ledger.db      the ledger                   served/        sealed apps and arguments, which travel
/// host.json      address and process          parties/NAME/  keys, policies and journal of an owner
/// keys/          vendor, operators, ledger    nodes/NAME/    keys, TPM and state of a node
/// </code>
/// </remarks>
public sealed class DevelopmentFolder(string root)
{
    /// <summary>The folder itself.</summary>
    public string Root { get; } = Path.GetFullPath(root);

    /// <summary>The genesis document.</summary>
    public string Genesis => Path.Combine(Root, "genesis.cbor");

    /// <summary>The ledger's file.</summary>
    public string Ledger => Path.Combine(Root, "ledger.db");

    /// <summary>The development chain's state, and what was read from it.</summary>
    public string Chain => Path.Combine(Root, "chain");

    /// <summary>What was read from the chain, and what is to be sent.</summary>
    public string ChainLedger => Path.Combine(Chain, "ledger.db");

    /// <summary>The note that a node has cosigned last.</summary>
    public string Witness(string name) => Path.Combine(Node(name), "witness.note");

    /// <summary>Address and process id of the running host.</summary>
    public string Host => Path.Combine(Root, "host.json");

    /// <summary>Locked by the running host.</summary>
    public string HostLock => Path.Combine(Root, "host.lock");

    /// <summary>What the host logs.</summary>
    public string Log => Path.Combine(Root, "host.log");

    /// <summary>The passphrase of all key stores in here, where none was given.</summary>
    public string PassphraseFile => Path.Combine(Root, "passphrase");

    /// <summary>Keys of the development vendor, of operators and of the ledger.</summary>
    public string Keys => Path.Combine(Root, "keys");

    /// <summary>The authority that certified software TPMs, where the network has such.</summary>
    public string SwtpmAuthority => Path.Combine(Keys, "swtpm");

    /// <summary>Sealed apps and arguments.</summary>
    public string Served => Path.Combine(Root, "served");

    /// <summary>The folder of a site's sealed data.</summary>
    public string Site(string name) => Path.Combine(Root, "sites", name);

    /// <summary>The folders of all nodes.</summary>
    public string Nodes => Path.Combine(Root, "nodes");

    /// <summary>The folder of a node.</summary>
    public string Node(string name) => Path.Combine(Nodes, name);

    /// <summary>The software TPM of an executor's virtual machines, where they have one.</summary>
    public string NodeVtpm(string name) => Path.Combine(Node(name), "vtpm");

    /// <summary>Where a node keeps snapshots of the network's state.</summary>
    public string NodeState(string name) => Path.Combine(Node(name), "state");

    /// <summary>The folder of an owner or requester.</summary>
    public string Party(string name) => Path.Combine(Root, "parties", name);

    /// <summary>An owner's key store.</summary>
    public string PartyKeys(string name) => Path.Combine(Party(name), "keys");

    /// <summary>An owner's published policies, by content id.</summary>
    public string PartyPolicies(string name) => Path.Combine(Party(name), "policies");
}
