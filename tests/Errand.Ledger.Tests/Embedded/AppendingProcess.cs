using System.Diagnostics;
using System.Globalization;
using Errand.Cryptography;

namespace Errand.Ledger.Tests;

/// <summary>This program, started again to append to a ledger and to print each acknowledgement, until it is killed.</summary>
internal static class AppendingProcess
{
    internal const string Argument = "--append-until-killed";

    private const int ProducerCount = 16;

    internal static Process Start(string file, int firstNumber)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        start.ArgumentList.Add(Argument);
        start.ArgumentList.Add(file);
        start.ArgumentList.Add(firstNumber.ToString(CultureInfo.InvariantCulture));
        return Process.Start(start)!;
    }

    internal static async Task<int> RunAsync(string file, string firstNumber)
    {
        using SigningKey key = LedgerFolder.NewKey();
        var options = new EmbeddedLedgerOptions
        {
            Path = file,
            Network = LedgerFolder.Network,
            Key = key,
            CreateIfMissing = true,
            CheckpointInterval = TimeSpan.FromMilliseconds(5),
        };
        await using EmbeddedLedger ledger = await EmbeddedLedger.OpenAsync(options, TimeProvider.System);
        int next = int.Parse(firstNumber, CultureInfo.InvariantCulture);
        TextWriter output = TextWriter.Synchronized(new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true });
        await Task.WhenAll(Enumerable.Range(0, ProducerCount).Select(_ => Task.Run(async () =>
        {
            while (true)
            {
                int number = Interlocked.Increment(ref next);
                LedgerPosition at = await ledger.AppendAsync(LedgerContract.Numbered(number));
                await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{at.Position} {number}"));
            }
        })));
        return 0;
    }
}
