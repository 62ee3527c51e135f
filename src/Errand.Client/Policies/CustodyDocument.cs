namespace Errand.Client;

/// <summary>"any", { "executors": […] } or { "operators": […] }.</summary>
internal sealed record CustodyDocument(bool IsAny, IReadOnlyList<string>? Executors, IReadOnlyList<string>? Operators);
