using System.Collections.Immutable;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Client;

/// <summary>What an audit shows, and what it does not.</summary>
public sealed record AuditReport
{
    /// <summary>How it ended.</summary>
    public required AuditCode Code { get; init; }

    /// <summary>More about a failure, for people; empty when it holds.</summary>
    public string Detail { get; init; } = "";

    /// <summary>What weakens it; printed first.</summary>
    public ImmutableArray<AuditFlag> Flags { get; init; } = [];

    /// <summary>What has been checked, one sentence each.</summary>
    public ImmutableArray<string> Shown { get; init; } = [];

    /// <summary>What this bundle does not show, one sentence each; never empty when it holds.</summary>
    public ImmutableArray<string> NotShown { get; init; } = [];

    /// <summary>The network; null when the bundle could not be read.</summary>
    public NetworkId? Network { get; init; }

    /// <summary>The task; null when the bundle could not be read.</summary>
    public TaskId? Task { get; init; }

    /// <summary>The executor.</summary>
    public PublicKey? Executor { get; init; }

    /// <summary>The receipt.</summary>
    public Receipt? Receipt { get; init; }

    /// <summary>Network time at which the evidence was appraised; 0 when it was not.</summary>
    public long AppraisedMilliseconds { get; init; }

    /// <summary>1 to 3, or 0 when it does not hold.</summary>
    public int Level => Code is AuditCode.Level1 or AuditCode.Level2 or AuditCode.Level3 ? (int)Code : 0;
}
