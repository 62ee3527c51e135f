using System.Text;
using Errand.Cryptography;
using Errand.Primitives;

namespace Errand.Ledger.Tests;

public sealed class WitnessTests : IDisposable
{
    private readonly WitnessRig _rig = new(4);
    private readonly TestTree _tree = TestTree.Of(64), _other = TestTree.Of(64, salt: 9);

    private Witness One => _rig.Witnesses[0];

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void A_checkpoint_that_continues_the_last_is_cosigned_and_kept_first()
    {
        int[] sizes = [0, 1, 1, 7, 8, 33, 64];
        long old = 0;
        foreach (int size in sizes)
        {
            WitnessAnswer answer = One.Add(_rig.Ask(_tree, old, size).ToBytes());
            Assert.Equal(200, answer.Status);
            Assert.True(SignedNote.TryReadLines(answer.Body.Span, out IReadOnlyList<NoteSignature> lines));
            Assert.True(One.Key.HasCosigned(_rig.Sign(_tree, size).Note.With(lines), out DateTimeOffset at));
            Assert.InRange(TimeProvider.System.GetUtcNow() - at, TimeSpan.FromSeconds(-1), TimeSpan.FromMinutes(5));
            Assert.Equal(size, One.Last.Size);
            if (size > 0) Assert.Equal(_rig.Sign(_tree, size).Note.Text, _rig.Stores[0].Note!.Text);
            old = size;
        }
    }

    [Fact]
    public void Another_size_than_the_last_is_answered_with_the_last()
    {
        One.Add(_rig.Ask(_tree, 0, 20).ToBytes());
        foreach (int old in (int[])[0, 19])
        {
            WitnessAnswer answer = One.Add(_rig.Ask(_tree, old, 30).ToBytes());
            Assert.Equal((409, "text/x.tlog.size", "20\n"), (answer.Status, answer.ContentType, Encoding.ASCII.GetString(answer.Body.Span)));
        }
        Assert.Equal(20, One.Last.Size);
    }

    [Fact]
    public void A_fork_of_the_same_size_or_larger_gets_no_signature()
    {
        One.Add(_rig.Ask(_tree, 0, 20).ToBytes());
        Assert.Equal(409, One.Add(new AddCheckpointRequest(20, [], _rig.Sign(_other, 20).Note).ToBytes()).Status);
        Assert.Equal(_rig.Sign(_other, 20).Note.Text, One.Contradiction!.Text);
        Assert.Equal(422, One.Add(_rig.Ask(_other, 20, 30).ToBytes()).Status);
        Assert.Equal((20L, _tree.Root(20)), (One.Last.Size, One.Last.Root));
    }

    [Fact]
    public void A_checkpoint_that_goes_back_gets_no_signature()
    {
        One.Add(_rig.Ask(_tree, 0, 20).ToBytes());
        Assert.Equal(400, One.Add(new AddCheckpointRequest(20, [], _rig.Sign(_tree, 10).Note).ToBytes()).Status);
        Assert.Equal(409, One.Add(_rig.Ask(_tree, 0, 10).ToBytes()).Status);
    }

    [Fact]
    public void What_the_log_did_not_sign_gets_no_signature()
    {
        using SigningKey foreign = SigningKey.Generate();
        var checkpoint = new Checkpoint(_rig.Log.VerifierKey.Name, 5, _tree.Root(5));
        SignedNote forged = new NoteSigner(_rig.Log.VerifierKey.Name, foreign).Sign(checkpoint.ToText());
        Assert.Equal(403, One.Add(new AddCheckpointRequest(0, [], forged).ToBytes()).Status);
        SignedNote elsewhere = new NoteSigner("example.org/log", foreign).Sign(new Checkpoint("example.org/log", 5, _tree.Root(5)).ToText());
        Assert.Equal(404, One.Add(new AddCheckpointRequest(0, [], elsewhere).ToBytes()).Status);
        Assert.Equal(0, One.Last.Size);
    }

    [Fact]
    public void A_restarted_witness_remembers()
    {
        One.Add(_rig.Ask(_tree, 0, 20).ToBytes());
        Witness again = _rig.Make(0);
        Assert.Equal(20, again.Last.Size);
        Assert.Equal(409, again.Add(new AddCheckpointRequest(20, [], _rig.Sign(_other, 20).Note).ToBytes()).Status);
        Assert.Equal(200, again.Add(_rig.Ask(_tree, 20, 21).ToBytes()).Status);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Without_a_durable_memory_there_is_no_signature_and_no_two_afterwards(bool kept)
    {
        One.Add(_rig.Ask(_tree, 0, 20).ToBytes());
        (_rig.Stores[0].FailsBefore, _rig.Stores[0].FailsAfter) = (!kept, kept);
        Assert.Throws<IOException>(() => One.Add(_rig.Ask(_tree, 20, 30).ToBytes()));
        (_rig.Stores[0].FailsBefore, _rig.Stores[0].FailsAfter) = (false, false);
        // Whatever is on the disk now, at most one of the two trees of 30 entries is cosigned.
        Witness again = _rig.Make(0);
        Assert.Equal(kept ? 30 : 20, again.Last.Size);
        int[] statuses = [again.Add(_rig.Ask(_tree, again.Last.Size, 30).ToBytes()).Status, again.Add(new AddCheckpointRequest(30, [], _rig.Sign(_other, 30).Note).ToBytes()).Status];
        Assert.Equal([200, 409], statuses);
    }

    [Fact]
    public async Task Of_requests_at_once_only_one_line_of_history_is_cosigned()
    {
        One.Add(_rig.Ask(_tree, 0, 20).ToBytes());
        // The specification's race: both continue 20, and after the larger one the smaller must not be signed.
        byte[][] requests = [.. Enumerable.Range(21, 40).Select(size => _rig.Ask(_tree, 20, size).ToBytes())];
        WitnessAnswer[] answers = await Task.WhenAll(requests.Select(request => Task.Run(() => One.Add(request), TestContext.Current.CancellationToken)));
        Assert.Equal(1, answers.Count(answer => answer.Status == 200));
        Assert.All(answers.Where(answer => answer.Status != 200), answer => Assert.Equal(409, answer.Status));
    }
}
