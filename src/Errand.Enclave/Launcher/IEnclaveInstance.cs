namespace Errand.Enclave;

/// <summary>What an enclave is on its host: something that can be destroyed.</summary>
internal interface IEnclaveInstance : IAsyncDisposable
{
    /// <summary>False once it is known to have ended.</summary>
    bool IsAlive { get; }

    /// <summary>The number of its process on the host.</summary>
    int Id { get; }

    /// <summary>The one folder on the host that is its own.</summary>
    string StateFolder { get; }

    /// <summary>What it said on its console; bounded.</summary>
    string Diagnostics { get; }
}
