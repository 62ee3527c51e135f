namespace Errand.Client;

/// <summary>A whole answer.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Body">All of the body.</param>
internal sealed record HttpAnswer(int Status, byte[] Body);
