namespace Errand.Client;

/// <summary>"any", or a list.</summary>
internal sealed record AnyOrList<T>(bool IsAny, IReadOnlyList<T> Items);
