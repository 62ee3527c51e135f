using System.Text.Json;

namespace Errand.Protocol.Tests;

/// <summary>The project's own vectors in tests/vectors/protocol. Set ERRAND_WRITE_VECTORS=1 to write them anew, after a change of rules only.</summary>
internal static class ProtocolVectors
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true, IndentSize = 1 };

    public const string RewriteVariable = "ERRAND_WRITE_VECTORS";

    public static bool Rewrite => Environment.GetEnvironmentVariable(RewriteVariable) == "1";

    public static T Load<T>(string name)
    {
        string path = PathOf(name);
        Assert.True(File.Exists(path), $"{path} is missing. It is part of the repository.");
        return JsonSerializer.Deserialize<T>(File.ReadAllText(path), Options)!;
    }

    public static void Save<T>(string name, T value) => File.WriteAllText(PathOf(name), JsonSerializer.Serialize(value, Options) + "\n");

    public static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);

    private static string PathOf(string name) => Path.Combine(Repository.Root, "tests", "vectors", "protocol", name + ".json");
}

/// <param name="Document">The canonical document.</param>
/// <param name="NetworkId">Its SHA-256.</param>
/// <param name="Root">The state root before the first entry.</param>
internal sealed record GenesisVector(string Document, string NetworkId, string Root);

/// <param name="Kind">Number of the kind.</param>
/// <param name="Signer">Public key.</param>
/// <param name="Sequence">The signer's number for it.</param>
/// <param name="Id">SHA-256 of the Sig_structure.</param>
/// <param name="Entry">The COSE_Sign1.</param>
internal sealed record EntryVector(int Kind, string Signer, ulong Sequence, string Id, string Entry);

/// <param name="Milliseconds">The ledger's time.</param>
/// <param name="Entry">As appended.</param>
/// <param name="Outcome">The refusal's code, or none.</param>
/// <param name="Root">The state root afterwards.</param>
internal sealed record HistoryVector(long Milliseconds, string Entry, string Outcome, string Root);

/// <param name="Beta">VRF output, 64 bytes.</param>
/// <param name="Weight">W.</param>
/// <param name="Size">τ.</param>
/// <param name="Seat">Whether it wins a seat.</param>
internal sealed record SeatVector(string Beta, long Weight, int Size, bool Seat);
