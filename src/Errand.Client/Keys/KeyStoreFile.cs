using System.Text.Json;
using System.Text.Json.Serialization;

namespace Errand.Client;

/// <summary>The file keystore.json: how the key over the secrets follows from the passphrase. Nothing in it is secret.</summary>
internal sealed record KeyStoreFile
{
    internal const int VersionKnown = 1;
    internal const string Argon2id = "argon2id";

    /// <summary>Salt of Argon2id, by its specification in libsodium.</summary>
    internal const int SaltSize = 16;

    // Above them a forged file could exhaust the machine; below the lower ones no store was ever made.
    private const int MemoryKibMin = 19 * 1024, MemoryKibMax = 1024 * 1024, PassesMin = 2, PassesMax = 16;

    /// <summary>1.</summary>
    public required int Version { get; init; }

    /// <summary>"argon2id".</summary>
    public required string Kdf { get; init; }

    /// <summary>Memory in KiB.</summary>
    public required int MemoryKib { get; init; }

    /// <summary>Passes over the memory.</summary>
    public required int Passes { get; init; }

    /// <summary>16 bytes in hexadecimal.</summary>
    public required string Salt { get; init; }

    /// <summary>AES-256-GCM over nothing, in hexadecimal: tells a wrong passphrase from a damaged secret.</summary>
    public required string Check { get; init; }

    [JsonIgnore]
    internal byte[] SaltBytes => Convert.FromHexString(Salt);

    [JsonIgnore]
    internal byte[] CheckBytes => Convert.FromHexString(Check);

    internal static KeyStoreFile? TryParse(ReadOnlySpan<byte> json)
    {
        try
        {
            KeyStoreFile? file = JsonSerializer.Deserialize(json, KeyStoreJson.Default.KeyStoreFile);
            return file is not null && file.IsSound() ? file : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    internal byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, KeyStoreJson.Default.KeyStoreFile);

    private bool IsSound() =>
        Version != VersionKnown
        || (Kdf == Argon2id
            && MemoryKib is >= MemoryKibMin and <= MemoryKibMax
            && Passes is >= PassesMin and <= PassesMax
            && IsHex(Salt, SaltSize)
            && IsHex(Check, SecretBox.Overhead));

    private static bool IsHex(string text, int size) => text.Length == 2 * size && text.AsSpan().IndexOfAnyExcept("0123456789abcdef") < 0;
}
