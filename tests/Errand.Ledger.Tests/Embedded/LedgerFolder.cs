using Errand.Cryptography;
using Errand.Primitives;

namespace Errand.Ledger.Tests;

/// <summary>A folder of its own for one test's ledger, with the key and network that belong to it.</summary>
internal sealed class LedgerFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("errand-ledger-");

    internal static NetworkId Network { get; } = new(new Bytes32(LedgerContract.Filled(32, 0x11)));

    internal SigningKey Key { get; } = NewKey();

    internal static SigningKey NewKey() => SigningKey.FromSeed(LedgerContract.Filled(32, 0x42));

    internal string File => In("ledger.db");

    internal EmbeddedLedgerOptions Options => new() { Path = File, Network = Network, Key = Key, CreateIfMissing = true };

    internal string In(string name) => Path.Combine(_folder.FullName, name);

    internal Task<EmbeddedLedger> OpenAsync(TimeProvider? time = null) => EmbeddedLedger.OpenAsync(Options, time ?? TimeProvider.System);

    /// <summary>Makes a closed ledger of numbered entries.</summary>
    internal async Task FillAsync(int count)
    {
        await using EmbeddedLedger ledger = await OpenAsync();
        long first = await ledger.CountAsync();
        await Task.WhenAll(Enumerable.Range(0, count).Select(i => ledger.AppendAsync(LedgerContract.Numbered((int)first + i)).AsTask()));
    }

    public void Dispose()
    {
        Key.Dispose();
        _folder.Delete(recursive: true);
    }
}
