namespace Errand.Attestation.Tests;

public sealed class EventLogTests
{
    private const uint Blob = 0x8000_0008;

    [Fact]
    public void Smallest_log_is_its_first_event()
    {
        EventLog log = EventLog.TryParse(Log())!;
        Assert.Equal(EventLogFormat.CryptoAgile, log.Format);
        Assert.Equal([TpmAlgorithm.Sha256], log.Algorithms);
        Assert.Single(log.Events);
        Assert.Equal(0, EventLogReplay.Replay(log, TpmAlgorithm.Sha256)!.Pcrs.Size);
        Assert.Null(EventLogReplay.Replay(log, TpmAlgorithm.Sha1));
    }

    [Fact]
    public void Startup_locality_is_where_pcr_0_begins()
    {
        EventLog log = EventLog.TryParse(Log(Locality(3), Event(0, Blob, [1])))!;
        Assert.Equal((byte)3, log.StartupLocality);
        var initial = new byte[32];
        initial[^1] = 3;
        byte[] expected = EventLogReplay.Extend(TpmAlgorithm.Sha256, initial, TpmAlgorithm.Sha256.Hash([1]));
        Assert.Equal(expected, EventLogReplay.Replay(log, TpmAlgorithm.Sha256)![0].ToArray());
    }

    [Fact]
    public void Startup_locality_twice_late_in_another_pcr_or_above_4_is_malformed()
    {
        Assert.NotNull(EventLog.TryParse(Log(Locality(0))));
        Assert.Null(EventLog.TryParse(Log(Locality(3), Locality(3))));
        Assert.Null(EventLog.TryParse(Log(Event(0, Blob, [1]), Locality(3))));
        Assert.NotNull(EventLog.TryParse(Log(Event(1, Blob, [1]), Locality(3))));
        Assert.Null(EventLog.TryParse(Log(Locality(5))));
        Assert.Null(EventLog.TryParse(Log(Event(1, EventTypes.NoAction, [.. "StartupLocality\0"u8, 3]))));
        Assert.Null(EventLog.TryParse(Log(Event(0, EventTypes.NoAction, [.. "StartupLocality\0"u8, 3, 0]))));
    }

    [Fact]
    public void Event_that_extends_nothing_changes_no_pcr()
    {
        EventLog log = EventLog.TryParse(Log(Event(0, EventTypes.NoAction, "SP800-155 Event\0"u8.ToArray())))!;
        Assert.Equal(0, EventLogReplay.Replay(log, TpmAlgorithm.Sha256)!.Pcrs.Size);
    }

    [Fact]
    public void Pcr_of_a_dynamic_launch_begins_with_ones()
    {
        EventLog log = EventLog.TryParse(Log(Event(17, Blob, [1])))!;
        byte[] expected = EventLogReplay.Extend(TpmAlgorithm.Sha256, Enumerable.Repeat((byte)0xFF, 32).ToArray(), TpmAlgorithm.Sha256.Hash([1]));
        Assert.Equal(expected, EventLogReplay.Replay(log, TpmAlgorithm.Sha256)![17].ToArray());
    }

    [Fact]
    public void Pcr_index_above_23_is_malformed_but_for_one_that_extends_nothing()
    {
        byte[] trustPoint = Event(uint.MaxValue, EventTypes.NoAction, [1, 2, 3]);
        Assert.Null(EventLog.TryParse(Log(Event(24, Blob, [1]))));
        Assert.Null(EventLog.TryParse(Log(Event(uint.MaxValue, Blob, [1]))));
        EventLog log = EventLog.TryParse(Log(Event(0, Blob, [1]), trustPoint))!;
        Assert.Equal(2, log.Events.Count);
        Assert.Equal(Log(Event(0, Blob, [1])).Length, log.EventBytes);
        // Before other events it is one that extends nothing; those behind it count.
        EventLog before = EventLog.TryParse(Log(trustPoint, Event(0, Blob, [1])))!;
        Assert.Equal(3, before.Events.Count);
        Assert.Equal(LoggedEvent.NoPcr, before.Events[1].PcrIndex);
        Assert.Equal(EventLogReplay.Replay(log, TpmAlgorithm.Sha256)![0].ToArray(), EventLogReplay.Replay(before, TpmAlgorithm.Sha256)![0].ToArray());
        Assert.Null(EventLog.TryParse(Log(trustPoint).AsSpan()[..^1]));
    }

    [Fact]
    public void Trust_point_may_stand_behind_a_log_of_the_old_format_too()
    {
        byte[] log = Old(0, Blob, [1]);
        byte[] trustPoint = Old(uint.MaxValue, EventTypes.NoAction, [1, 2, 3]);
        EventLog read = EventLog.TryParse([.. log, .. trustPoint])!;
        Assert.Equal((EventLogFormat.Sha1, 1, log.Length), (read.Format, read.Events.Count, read.EventBytes));
        Assert.Null(EventLog.TryParse([.. log, .. Old(uint.MaxValue, Blob, [1])]));
        Assert.Null(EventLog.TryParse([.. log, .. Old(24, EventTypes.NoAction, [1])]));
        // A Spec ID event stands in PCR 0's name.
        byte[] agile = Log(Event(0, Blob, [1]));
        agile.AsSpan(0, 4).Fill(0xFF);
        Assert.Null(EventLog.TryParse(agile));

        static byte[] Old(uint pcr, uint type, byte[] data) => [.. LogMaker.UInt32(pcr), .. LogMaker.UInt32(type), .. TpmAlgorithm.Sha1.Hash(data), .. LogMaker.UInt32((uint)data.Length), .. data];
    }

    [Fact]
    public void Digest_of_an_unannounced_or_repeated_bank_is_malformed()
    {
        byte[] twice = [.. Event(0, Blob, [1])];
        twice[8] = 2;
        Assert.Null(EventLog.TryParse(Log(twice)));
        byte[] other = Event(0, Blob, [1]);
        other[12] = 0x0C;
        Assert.Null(EventLog.TryParse(Log(other)));
    }

    [Fact]
    public void Event_without_a_digest_makes_its_bank_unreplayable()
    {
        byte[] none = [0, 0, 0, 0, 8, 0, 0, 0x80, 0, 0, 0, 0, 1, 0, 0, 0, 9];
        EventLog log = EventLog.TryParse(Log(none))!;
        Assert.Null(EventLogReplay.Replay(log, TpmAlgorithm.Sha256));
    }

    [Theory]
    [InlineData(new byte[] { 0, 0, 0, 0 }, null)]
    [InlineData(new byte[] { 255, 255, 255, 255 }, null)]
    [InlineData(new byte[] { 1, 0, 0, 0 }, "reports a firmware error")]
    [InlineData(new byte[] { 2, 0, 0, 0 }, "unknown value")]
    [InlineData(new byte[] { 0, 0, 0 }, "not what was measured")]
    public void Separator_must_say_that_the_firmware_is_done(byte[] data, string? fault)
    {
        EventLog log = EventLog.TryParse(Log(Event(2, EventTypes.Separator, data)))!;
        string? actual = EventLogRules.FindFault(log, TpmAlgorithm.Sha256, PcrSet.Of(2));
        if (fault is null) Assert.Null(actual);
        else Assert.Contains(fault, actual, StringComparison.Ordinal);
    }

    [Fact]
    public void Separators_are_wanted_once_in_firmware_pcrs_only()
    {
        byte[] separator = Event(2, EventTypes.Separator, new byte[4]);
        EventLog none = EventLog.TryParse(Log())!;
        EventLog two = EventLog.TryParse(Log(separator, separator))!;
        Assert.NotNull(EventLogRules.FindFault(none, TpmAlgorithm.Sha256, PcrSet.Of(2)));
        Assert.NotNull(EventLogRules.FindFault(two, TpmAlgorithm.Sha256, PcrSet.Of(2)));
        Assert.Null(EventLogRules.FindFault(none, TpmAlgorithm.Sha256, PcrSet.Of(8, 9, 14)));
    }

    [Theory]
    [InlineData(new byte[] { 0, 0, 0, 0 }, new byte[] { 0, 0, 0, 0 })]
    [InlineData(new byte[] { 0, 0, 0, 0 }, new byte[] { 255, 255, 255, 255 })]
    [InlineData(new byte[] { 255, 255, 255, 255 }, new byte[] { 0, 0, 0, 0 })]
    public void Separator_under_another_name_still_ends_the_firmware_s_events(byte[] genuine, byte[] added)
    {
        // The system that was booted extends PCR 7 too: it can append "Secure Boot is on" and a separator of its own, and call the firmware's separator something else.
        const uint action = 0x5;
        byte[] hidden = Event(7, action, genuine, "Calling EFI Application"u8.ToArray());
        EventLog log = EventLog.TryParse(Log(hidden, Event(7, EventTypes.EfiVariableDriverConfig, SecureBootOn), Event(7, EventTypes.Separator, added)))!;
        Assert.Contains("2 separators", EventLogRules.FindFault(log, TpmAlgorithm.Sha256, PcrSet.Of(7)), StringComparison.Ordinal);
        Assert.Null(EventLogRules.SecureBoot(log, TpmAlgorithm.Sha256));
    }

    [Fact]
    public void Secure_boot_is_what_the_firmware_said_before_its_separator()
    {
        byte[] on = Event(7, EventTypes.EfiVariableDriverConfig, SecureBootOn);
        byte[] separator = Event(7, EventTypes.Separator, new byte[4]);
        Assert.True(EventLogRules.SecureBoot(EventLog.TryParse(Log(on, separator))!, TpmAlgorithm.Sha256));
        Assert.Null(EventLogRules.SecureBoot(EventLog.TryParse(Log(separator, on))!, TpmAlgorithm.Sha256));
    }

    [Fact]
    public void Memory_behind_the_last_event_may_be_full_of_ones_but_of_nothing_else()
    {
        byte[] log = Log(Event(0, Blob, [1]));
        EventLog read = EventLog.TryParse([.. log, .. Enumerable.Repeat((byte)0xFF, 16)])!;
        Assert.Equal(2, read.Events.Count);
        Assert.Equal(log.Length, read.EventBytes);
        Assert.Null(EventLog.TryParse([.. log, .. Enumerable.Repeat((byte)0xFF, 15)]));
        Assert.Null(EventLog.TryParse([.. log, .. Enumerable.Repeat((byte)0xFF, 16), 0]));
        Assert.Null(EventLog.TryParse([.. log, .. new byte[15]]));
    }

    private static byte[] SecureBootOn => LogMaker.SecureBootOn;

    private static byte[] Log(params byte[][] events) => LogMaker.Log(TpmAlgorithm.Sha256, events);

    private static byte[] Locality(byte locality) => Event(0, EventTypes.NoAction, [.. "StartupLocality\0"u8, locality]);

    private static byte[] Event(uint pcr, uint type, byte[] data) => Event(pcr, type, data, data);

    private static byte[] Event(uint pcr, uint type, byte[] measured, byte[] data) => LogMaker.Event(TpmAlgorithm.Sha256, pcr, type, measured, data);
}
