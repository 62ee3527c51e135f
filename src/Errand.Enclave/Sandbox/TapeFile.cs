namespace Errand.Enclave;

/// <summary>A file of /data that is not in memory.</summary>
/// <param name="Name">See <see cref="Errand.Protocol.ResultFile.IsName"/>.</param>
/// <param name="SizeBytes">Bytes of plaintext.</param>
public sealed record TapeFile(string Name, long SizeBytes);
