using Errand.Protocol;

namespace Errand.Enclave.Tests;

/// <summary>How a task ended for its recipient.</summary>
internal sealed record TaskResult(AbortReason Reason, Receipt? Receipt = null, byte[]? ReceiptFrame = null, byte[]? SealedResult = null, ResultPackage? Package = null)
{
    public byte[] File(string name) => Package!.Files.Single(file => file.Name == name).Content.ToArray();
}
