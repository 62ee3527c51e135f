using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Client;

/// <summary>A task's sealed result with the receipt that names it. The bytes have been held against the receipt.</summary>
/// <param name="Task">The task.</param>
/// <param name="Receipt">What the enclave signed.</param>
/// <param name="Ciphertext">The whole sealed file.</param>
public sealed record SealedResult(TaskId Task, Receipt Receipt, ReadOnlyMemory<byte> Ciphertext);
