using Errand.Ledger;

namespace Errand.Node.Tests;

public sealed class SeenLedgerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string File => Path.Combine(_folder.Path, "ledger-seen");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_ledger_that_has_grown_is_an_extension()
    {
        Fill(new SeenLedger(File), 0, 5).Remember();
        SeenLedger again = Fill(new SeenLedger(File), 0, 9);
        Assert.False(again.NoteEnd());
        Assert.False(again.IsRolledBack);
    }

    [Fact]
    public void T_42_a_shorter_ledger_is_rolled_back_and_stays_so_when_it_grows()
    {
        Fill(new SeenLedger(File), 0, 5).Remember();
        SeenLedger again = Fill(new SeenLedger(File), 0, 4);
        Assert.True(again.NoteEnd());
        Assert.False(again.NoteEnd(), "The alarm is raised once.");
        Fill(again, 4, 9);
        Assert.True(again.IsRolledBack);
        again.Remember();
        Assert.StartsWith("5 ", System.IO.File.ReadAllText(File), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(4)]
    public void T_42_a_rewritten_entry_or_time_is_found(int rewritten)
    {
        Fill(new SeenLedger(File), 0, 5).Remember();
        var entries = new SeenLedger(File);
        var times = new SeenLedger(File);
        for (int i = 0; i < 5; i++)
        {
            bool last = i == 4;
            Assert.Equal(last, entries.Note(new LedgerEntry(i, 1_000 + i, new byte[] { (byte)i, (byte)(i == rewritten ? 1 : 0) })));
            Assert.Equal(last, times.Note(new LedgerEntry(i, 1_000 + i + (i == rewritten ? 1 : 0), new byte[] { (byte)i, 0 })));
        }
        Assert.True(entries.IsRolledBack && times.IsRolledBack);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("-5 0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("5 00")]
    public void A_damaged_file_is_said(string text)
    {
        System.IO.File.WriteAllText(File, text);
        Assert.Contains("damaged", Assert.Throws<InvalidDataException>(() => new SeenLedger(File)).Message, StringComparison.Ordinal);
    }

    private static SeenLedger Fill(SeenLedger seen, int from, int to)
    {
        for (int i = from; i < to; i++) Assert.False(seen.Note(new LedgerEntry(i, 1_000 + i, new byte[] { (byte)i, 0 })));
        return seen;
    }
}
