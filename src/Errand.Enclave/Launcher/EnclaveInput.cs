using Errand.Primitives;

namespace Errand.Enclave;

/// <summary>A sealed input as the host holds it.</summary>
/// <param name="Asset">The id that the task names.</param>
/// <param name="Owner">Whose it is.</param>
/// <param name="Content">Its content id.</param>
/// <param name="SizeBytes">Length of the sealed file.</param>
/// <param name="Ciphertext">The sealed file, which can seek and is read from position 0, perhaps several times, until the session ends; disposed by the caller after that.</param>
public sealed record EnclaveInput(AssetId Asset, PublicKey Owner, ContentId Content, long SizeBytes, Stream Ciphertext);
