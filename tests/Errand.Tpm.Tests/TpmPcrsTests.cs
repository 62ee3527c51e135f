using Errand.Attestation;

namespace Errand.Tpm.Tests;

/// <summary>PCRs are read in pieces, and belong together only when none changed in between.</summary>
public sealed class TpmPcrsTests
{
    private static readonly PcrSet Nine = PcrSet.Of(0, 1, 2, 3, 4, 5, 6, 7, 9);
    private static readonly PcrSet First = PcrSet.Of(0, 1, 2, 3, 4, 5, 6, 7), Second = PcrSet.Of(9);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nine_values_come_in_two_pieces()
    {
        var tpm = new ScriptedTpm(Piece(5, First), Piece(5, Second));
        PcrBank bank = await new TpmClient(tpm, TimeProvider.System).ReadPcrsAsync(TpmAlgorithm.Sha256, Nine, Cancellation);
        Assert.Equal(Nine, bank.Pcrs);
        foreach (int index in Nine.Indices()) Assert.Equal(Value(index), bank[index].ToArray());
    }

    [Fact]
    public async Task Change_in_between_begins_anew()
    {
        var tpm = new ScriptedTpm(Piece(5, First), Piece(6, Second), Piece(6, First), Piece(6, Second));
        Assert.Equal(Nine, (await new TpmClient(tpm, TimeProvider.System).ReadPcrsAsync(TpmAlgorithm.Sha256, Nine, Cancellation)).Pcrs);
        Assert.Equal(4, tpm.Commands.Count);
    }

    [Fact]
    public async Task Pcrs_that_never_rest_are_given_up()
    {
        byte[][] pieces = [.. Enumerable.Range(0, 8).Select(i => Piece((uint)i, i % 2 == 0 ? First : Second))];
        Assert.Equal(TpmError.PcrsMoving, await ErrorAsync(pieces));
    }

    [Fact]
    public async Task Missing_bank_and_values_that_were_not_asked_for_are_told_apart()
    {
        Assert.Equal(TpmError.Value, await ErrorAsync([Piece(1, default)]));
        Assert.Equal(TpmError.MalformedResponse, await ErrorAsync([Piece(1, PcrSet.Of(0, 8))]));
        Assert.Equal(TpmError.MalformedResponse, await ErrorAsync([Piece(1, First, TpmAlgorithm.Sha384)]));
        Assert.Equal(TpmError.MalformedResponse, await ErrorAsync([Piece(1, First, size: 31)]));
        Assert.Equal(TpmError.MalformedResponse, await ErrorAsync([ScriptedTpm.Answer([0, 0, 0, 1, 0xFF, 0xFF, 0xFF, 0xFF])]));
    }

    private static async Task<TpmError> ErrorAsync(byte[][] responses) =>
        (await Assert.ThrowsAsync<TpmException>(async () => await new TpmClient(new ScriptedTpm(responses), TimeProvider.System).ReadPcrsAsync(TpmAlgorithm.Sha256, Nine, Cancellation))).Error;

    private static byte[] Value(int index) => [.. Enumerable.Repeat((byte)(index + 1), 32)];

    private static byte[] Piece(uint counter, PcrSet pcrs, TpmAlgorithm bank = TpmAlgorithm.Sha256, int size = 32)
    {
        TpmWriter writer = new TpmWriter().UInt32(counter);
        PcrSelection.WriteList(writer, [new PcrSelection(bank, pcrs)]);
        writer.UInt32((uint)pcrs.Size);
        foreach (int index in pcrs.Indices()) writer.Sized(Value(index).AsSpan(0, size));
        return ScriptedTpm.Answer(writer.ToArray());
    }
}
