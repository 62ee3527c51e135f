namespace Errand.Node;

/// <summary>How a witness stands, as its log sees it.</summary>
/// <param name="Key">Its node key in hexadecimal.</param>
/// <param name="Address">Where it is asked; null while it is not known.</param>
/// <param name="Size">Size of the checkpoint that it cosigned last.</param>
/// <param name="IsUp">True when its last answer was a cosignature.</param>
/// <param name="Said">What it answered last, when that was something else.</param>
public sealed record WitnessStatus(string Key, string? Address, long Size, bool IsUp, string Said);
