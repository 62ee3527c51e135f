namespace Errand.Node;

/// <summary>What an executor says to a release message.</summary>
public enum ReleaseTaking
{
    /// <summary>It is the release on the ledger, or is kept until the ledger shows which one is.</summary>
    Taken = 0,

    /// <summary>There is no such enclave here, or it is over.</summary>
    NoSuchEnclave = 1,

    /// <summary>The ledger names another message as this asset's release.</summary>
    NotTheRelease = 2,

    /// <summary>Too many messages wait for the ledger to tell them apart: send it again.</summary>
    Busy = 3,
}
