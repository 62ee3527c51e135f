namespace Errand.Client;

/// <summary>A policy file whose form is right and whose values are not; never leaves <see cref="OwnerPolicyFile"/>.</summary>
internal sealed class PolicyFileException(string message) : Exception(message);
