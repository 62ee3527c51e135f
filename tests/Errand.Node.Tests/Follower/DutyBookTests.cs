using Errand.Primitives;

namespace Errand.Node.Tests;

public sealed class DutyBookTests
{
    private static readonly DutyId Duty = new("judge", default, 1, 2);
    private static readonly EntryId Entry = new(default);

    private readonly DutyBook _book = new();

    [Fact]
    public void A_duty_begins_once_until_it_is_forgotten()
    {
        Assert.False(_book.IsBegun(Duty));
        Assert.True(_book.TryBegin(Duty));
        Assert.False(_book.TryBegin(Duty));
        Assert.True(_book.IsBegun(Duty));
        Assert.True(_book.TryBegin(Duty with { Round = 3 }));
        _book.Forget(Duty);
        Assert.False(_book.IsBegun(Duty));
        Assert.True(_book.TryBegin(Duty));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_entrys_outcome_opens_its_duty_only_if_it_may_be_tried_again(bool mayRetry)
    {
        _book.TryBegin(Duty);
        _book.AwaitOutcome(Entry, Duty);
        _book.NoteOutcome(Entry, mayRetry);
        Assert.Equal(mayRetry, _book.TryBegin(Duty));
        // The outcome is taken once.
        _book.NoteOutcome(Entry, mayRetry: true);
        Assert.False(_book.TryBegin(Duty));
    }

    [Fact]
    public void Outcomes_of_unknown_entries_change_nothing()
    {
        _book.TryBegin(Duty);
        _book.NoteOutcome(Entry, mayRetry: true);
        Assert.False(_book.TryBegin(Duty));
    }

    [Fact]
    public void The_oldest_duties_make_room_and_a_failing_one_pushes_out_nobody()
    {
        _book.TryBegin(Duty);
        DutyId failing = Duty with { What = "fail" };
        for (int i = 0; i < 20_000; i++)
        {
            Assert.True(_book.TryBegin(failing));
            _book.Forget(failing);
        }
        Assert.False(_book.TryBegin(Duty));
        for (int i = 0; i < 8192; i++) _book.TryBegin(Duty with { Attempt = 10 + i });
        Assert.True(_book.TryBegin(Duty));
    }

    [Fact]
    public async Task Draining_waits_for_running_duties()
    {
        var work = new TaskCompletionSource();
        _book.Track(work.Task);
        Task drained = _book.DrainAsync();
        Assert.False(drained.IsCompleted);
        work.SetResult();
        await drained.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void A_duty_prints_what_it_is()
    {
        Assert.Equal("judge 00000000/1/2", Duty.ToString());
    }
}
