namespace Errand.Enclave;

/// <summary>What an enclave is on its host: something that can be destroyed.</summary>
internal interface IEnclaveInstance : IAsyncDisposable
{
    /// <summary>What it said on its console; bounded.</summary>
    string Diagnostics { get; }
}
