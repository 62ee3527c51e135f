namespace Errand.Client;

/// <summary>Why an audit stops; never leaves <see cref="Auditor"/>.</summary>
internal sealed record AuditFailure(AuditCode Code, string Detail);
