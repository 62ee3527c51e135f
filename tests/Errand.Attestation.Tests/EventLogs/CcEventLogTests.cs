namespace Errand.Attestation.Tests;

public sealed class CcEventLogTests
{
    private const TpmAlgorithm Bank = TpmAlgorithm.Sha384;
    private const uint Blob = 0x8000_000A;

    [Theory]
    [InlineData(0xFF)]
    [InlineData(0)]
    public void Index_1_to_4_is_rtmr_0_to_3_and_the_area_may_be_filled(byte filler)
    {
        byte[] log = LogMaker.Log(Bank, Event(1, [1]), Event(4, [2]), Event(1, [3]), Event(0, [9], EventTypes.NoAction));
        ReadOnlyMemory<byte>[] expected = [Extended([1], [3]), new byte[48], new byte[48], Extended([2])];
        foreach (byte[] area in (byte[][])[log, [.. log, .. Enumerable.Repeat(filler, 500)]])
        {
            EventLog read = CcEventLog.TryParse(area)!;
            Assert.Equal(log.Length, read.EventBytes);
            Assert.Equal(5, read.Events.Count);
            IReadOnlyList<ReadOnlyMemory<byte>> rtmrs = CcEventLog.ReplayRtmrs(read)!;
            for (int i = 0; i < 4; i++) Assert.Equal(expected[i].ToArray(), rtmrs[i].ToArray());
            Assert.True(CcEventLog.Verify(area, rtmrs).Accepted);
        }
    }

    [Fact]
    public void Each_register_that_differs_is_pcr_mismatch()
    {
        byte[] log = LogMaker.Log(Bank, [.. Enumerable.Range(1, 4).Select(index => Event((uint)index, [1]))]);
        ReadOnlyMemory<byte>[] right = [.. CcEventLog.ReplayRtmrs(CcEventLog.TryParse(log)!)!];
        for (int i = 0; i < 4; i++)
        {
            ReadOnlyMemory<byte>[] wrong = [.. right];
            wrong[i] = new byte[48];
            AttestationResult result = CcEventLog.Verify(log, wrong);
            Assert.Equal(AttestationReason.PcrMismatch, result.Reason);
            Assert.Equal($"event-log-replay-rtmr{i}", Assert.Single(result.Checks, check => check.Outcome == CheckOutcome.Failed).Name);
        }
    }

    [Fact]
    public void Register_that_the_log_is_silent_about_is_not_checked_unless_zero()
    {
        byte[] log = LogMaker.Log(Bank, Event(1, [1]));
        AttestationResult result = CcEventLog.Verify(log, [Extended([1]), new byte[48], new byte[48], Extended([7])]);
        Assert.True(result.Accepted);
        Assert.Equal(CheckOutcome.Passed, result.Find("event-log-replay-rtmr2")!.Outcome);
        Assert.Equal(CheckOutcome.NotChecked, result.Find("event-log-replay-rtmr3")!.Outcome);
    }

    [Fact]
    public void Log_that_is_silent_about_a_register_of_the_firmware_is_pcr_mismatch()
    {
        byte[] log = LogMaker.Log(Bank, Event(3, [1]));
        for (int i = 0; i < 2; i++)
        {
            ReadOnlyMemory<byte>[] rtmrs = [new byte[48], new byte[48], Extended([1]), new byte[48]];
            Assert.True(CcEventLog.Verify(log, rtmrs).Accepted);
            rtmrs[i] = Extended([7]);
            Assert.Equal(AttestationReason.PcrMismatch, CcEventLog.Verify(log, rtmrs).Reason);
        }
    }

    [Fact]
    public void Log_of_another_bank_format_or_register_is_malformed()
    {
        ReadOnlyMemory<byte>[] zero = [.. Enumerable.Repeat((ReadOnlyMemory<byte>)new byte[48], 4)];
        Assert.True(CcEventLog.Verify(LogMaker.Log(Bank), zero).Accepted);
        Assert.Equal(AttestationReason.Malformed, CcEventLog.Verify(LogMaker.Log(TpmAlgorithm.Sha256), zero).Reason);
        Assert.Equal(AttestationReason.Malformed, CcEventLog.Verify(LogMaker.Log(Bank, Event(0, [1])), zero).Reason);
        Assert.Equal(AttestationReason.Malformed, CcEventLog.Verify(LogMaker.Log(Bank, Event(5, [1])), zero).Reason);
        Assert.Equal(AttestationReason.Malformed, CcEventLog.Verify([.. LogMaker.Log(Bank), .. new byte[40], 1], zero).Reason);
        Assert.Equal(AttestationReason.Malformed, CcEventLog.Verify([0, 0, 0, 0, 1, 0, 0, 0, .. new byte[24]], zero).Reason);
        Assert.Equal(AttestationReason.Malformed, CcEventLog.Verify([], zero).Reason);
        Assert.Throws<ArgumentException>(() => CcEventLog.Verify(LogMaker.Log(Bank), [.. zero[..3]]));
    }

    [Fact]
    public void Real_log_of_a_tdx_guest_replays()
    {
        byte[] area = Corpus.File("tdx", "v4-00806f-gcp-ccel", "ccel.bin");
        EventLog log = CcEventLog.TryParse(area)!;
        Assert.Equal(44, log.Events.Count);
        // RTMR0 to RTMR3 lie at 328 of the TD report, which begins at 48 of the quote.
        byte[] quote = Corpus.File("tdx", "v4-00806f-gcp-ccel", "quote.bin");
        AttestationResult result = CcEventLog.Verify(area, [.. Enumerable.Range(0, 4).Select(i => (ReadOnlyMemory<byte>)quote.AsMemory(48 + 328 + 48 * i, 48))]);
        Assert.True(result.Accepted, result.FirstFailure?.ToString());
    }

    private static byte[] Event(uint index, byte[] data, uint type = Blob) => LogMaker.Event(Bank, index, type, data, data);

    private static byte[] Extended(params byte[][] measured) => measured.Aggregate(new byte[48], (value, data) => EventLogReplay.Extend(Bank, value, Bank.Hash(data)));
}
