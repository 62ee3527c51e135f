using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Node.Tests;

public sealed class VerdictJournalTests : IDisposable
{
    private static readonly Seat Seat = new(CommitteeRole.ProofOfTrust, new Bytes32([.. Enumerable.Repeat((byte)1, 32)]), 1, 2, new byte[80], new byte[64]);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_was_said_first_is_said_for_ever_and_by_every_process()
    {
        VerdictJournal first = Open(), second = Open();
        Assert.Null(first.Find(Seat, default));
        Assert.False(first.Add(Seat, Verdict(accept: false)).Accept);
        Assert.False(second.Add(Seat, Verdict(accept: true)).Accept);
        VerdictEntry said = Open().Find(Seat, default)!;
        Assert.Equal(Verdict(accept: false).Encode(), said.Encode());
        Assert.Single(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Another_round_case_or_history_is_another_question()
    {
        VerdictJournal journal = Open();
        journal.Add(Seat, Verdict(accept: false));
        Assert.Null(journal.Find(Seat with { Round = 3 }, default));
        Assert.Null(journal.Find(Seat with { CaseId = default }, default));
        Assert.Null(journal.Find(Seat, new StateRoot(Seat.CaseId)));
    }

    [Fact]
    public void A_damaged_verdict_is_a_fault_rather_than_forgotten()
    {
        VerdictJournal journal = Open();
        journal.Add(Seat, Verdict(accept: true));
        string file = Directory.GetFiles(_folder.Path).Single();
        File.WriteAllBytes(file, File.ReadAllBytes(file)[..^1]);
        Assert.Throws<InvalidDataException>(() => journal.Find(Seat, default));
    }

    [Fact]
    public void What_is_older_than_any_case_under_way_goes_when_the_journal_is_opened()
    {
        Open().Add(Seat, Verdict(accept: true));
        File.SetLastWriteTimeUtc(Directory.GetFiles(_folder.Path).Single(), DateTime.UtcNow.AddDays(-59));
        Assert.NotNull(Open().Find(Seat, default));
        File.SetLastWriteTimeUtc(Directory.GetFiles(_folder.Path).Single(), DateTime.UtcNow.AddDays(-61));
        Assert.Null(Open().Find(Seat, default));
    }

    private VerdictJournal Open() => new(_folder.Path, TimeProvider.System);

    private static VerdictEntry Verdict(bool accept) => new()
    {
        Role = Seat.Role, CaseId = Seat.CaseId, Attempt = Seat.Attempt, Round = Seat.Round, Proof = Seat.Proof, EvidenceDigest = default, Root = default,
        Accept = accept, Reasons = accept ? [] : [63], AppraisalDigest = default,
    };
}
