using Errand.Cryptography;
using Errand.Ledger;
using Errand.Primitives;

namespace Errand.Benchmarks;

/// <summary>A ledger in a folder of its own, of entries as long as a small signed entry.</summary>
internal sealed class LedgerFixture
{
    internal const int EntrySizeBytes = 300;

    private static readonly SigningKey Key = SigningKey.FromSeed(new byte[SigningKey.SeedSize]);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("errand-bench-");

    internal static byte[] Entry { get; } = [.. Enumerable.Range(0, EntrySizeBytes).Select(i => (byte)(i % 251))];

    internal Task<EmbeddedLedger> OpenAsync() => EmbeddedLedger.OpenAsync(
        new EmbeddedLedgerOptions { Path = Path.Combine(_folder.FullName, "ledger.db"), Network = new NetworkId(default), Key = Key, CreateIfMissing = true },
        TimeProvider.System);

    internal static Task AppendAsync(ILedger ledger, int count, int producers) =>
        Task.WhenAll(Enumerable.Range(0, producers).Select(_ => Task.Run(async () =>
        {
            for (int i = 0; i < count / producers; i++) await ledger.AppendAsync(Entry);
        })));

    internal void Delete() => _folder.Delete(recursive: true);
}
