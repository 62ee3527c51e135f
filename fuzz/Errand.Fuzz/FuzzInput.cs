namespace Errand.Fuzz;

/// <summary>Bytes, and what goes with them: a number that the target gave its seed, such as which piece of evidence the file belongs to.</summary>
internal readonly record struct FuzzInput(byte[] Bytes, int Context);
