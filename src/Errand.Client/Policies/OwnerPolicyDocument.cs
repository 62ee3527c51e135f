using System.Text.Json;

namespace Errand.Client;

/// <summary>The members of a policy file, before their values are checked.</summary>
internal sealed class OwnerPolicyDocument
{
    public required int Version { get; init; }

    public required string Kind { get; init; }

    public AnyOrList<string>? Apps { get; init; }

    public required AnyOrList<string> Data { get; init; }

    public required AnyOrList<string> Requesters { get; init; }

    public required AnyOrList<string> Recipients { get; init; }

    public required AnyOrList<string[]> Arguments { get; init; }

    public required bool SecretArguments { get; init; }

    public required CustodyDocument Custody { get; init; }

    public required int MinEligibleExecutors { get; init; }

    public required long Accepts { get; init; }

    public long? AcceptsPerApp { get; init; }

    public long? AcceptsPerAppAndEpoch { get; init; }

    public long? Releases { get; init; }

    public long? ReleasesPerApp { get; init; }

    public required long OutputLimitBytes { get; init; }

    public required long LogLimitBytes { get; init; }

    public required long PaddingBytes { get; init; }

    public JsonElement? Shape { get; init; }
}
