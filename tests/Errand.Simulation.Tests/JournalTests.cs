namespace Errand.Simulation.Tests;

public sealed class JournalTests
{
    [Fact]
    public void A_torn_last_record_is_dropped_and_whole_ones_stay()
    {
        byte[] record = [.. Enumerable.Range(0, 40).Select(i => (byte)i)];
        for (int written = 0; written <= record.Length + 16; written++)
        {
            var journal = new Journal();
            journal.Append(record);
            journal.AppendTorn(record, written);
            Assert.Equal(record, Assert.Single(journal.Records));
        }
    }
}
