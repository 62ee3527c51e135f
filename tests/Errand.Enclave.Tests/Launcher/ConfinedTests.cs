using System.Globalization;
using Errand.Platform;

namespace Errand.Enclave.Tests;

/// <summary>What the processes of a machine may do on their host.</summary>
public sealed class ConfinedTests
{
    private const string All = "         0          0 4294967295\n", Small = "0 100000 65536\n";

    [Theory]
    [InlineData(All, All, true, 0x7000_0000u, 0x7FFF_FFFFu)]
    [InlineData(Small, Small, true, 61_184u, 65_519u)]
    [InlineData(All, Small, true, 61_184u, 65_519u)]
    [InlineData("0 1000 1\n", All, false, 0u, 0u)]
    [InlineData("0 1000 1\n1 100000 65536\n", "0 0 65536\n", true, 61_184u, 65_519u)]
    [InlineData("", "", false, 0u, 0u)]
    [InlineData("a b c\n1 2\n", All, false, 0u, 0u)]
    public void User_is_drawn_from_numbers_that_nobody_has_and_the_container_knows(string users, string groups, bool there, uint first, uint last)
    {
        for (int i = 0; i < 100; i++)
        {
            uint? drawn = MachineUser.Draw(users, groups);
            Assert.Equal(there, drawn is not null);
            if (drawn is { } id) Assert.InRange(id, first, last);
        }
    }

    [Theory]
    [InlineData("Name:\tx\nCapEff:\t000001ffffffffff\n", true)]
    [InlineData("CapEff:\t00000000000001c1\n", true)]
    [InlineData("CapEff:\t00000000000001c0\n", false)]
    [InlineData("CapEff:\t0000000000000000\n", false)]
    [InlineData("CapEff:\tnone\n", false)]
    [InlineData("", false)]
    public void Root_without_its_capabilities_is_seen(string status, bool can) => Assert.Equal(can, MachineUser.CanChangeUsers(status));

    [Fact]
    public async Task Machine_runs_without_privileges_within_bounds_and_as_nobody_else_where_its_host_is_root()
    {
        Assert.SkipWhen(VmFiles.Missing is not null, $"Not run here: {VmFiles.Missing}.");
        VmEnclaveOptions options = VmFiles.Options();
        await using EnclaveMachine machine = EnclaveMachine.Start(options), other = EnclaveMachine.Start(options);
        Assert.NotNull(await machine.ConnectAsync(TimeProvider.System, TaskFixture.Cancellation));
        Assert.NotNull(await other.ConnectAsync(TimeProvider.System, TaskFixture.Cancellation));
        Dictionary<string, string> status = Status(machine.Id), limits = Limits(machine.Id);
        Assert.Equal("1", status["NoNewPrivs"]);
        Assert.Equal("0", limits["Max core file size"]);
        Assert.Equal("256", limits["Max open files"]);
        Assert.Equal((((long)options.Profile.MemoryMiB << 21) + (4L << 30)).ToString(CultureInfo.InvariantCulture), limits["Max address space"]);
        if (!Environment.IsPrivilegedProcess || MachineUser.TryDraw(options, out string? why) is null) return;
        Assert.Null(why);
        string[] users = [.. status["Uid"].Split('\t').Concat(status["Gid"].Split('\t')).Distinct()];
        Assert.True(uint.Parse(Assert.Single(users), CultureInfo.InvariantCulture) > 60_000);
        Assert.Equal("", status["Groups"]);
        foreach (string set in (string[])["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"]) Assert.Equal(0ul, ulong.Parse(status[set], NumberStyles.HexNumber, CultureInfo.InvariantCulture));
        Assert.NotEqual(status["Uid"], Status(other.Id)["Uid"]);
    }

    [Fact]
    public async Task Tpm_of_a_machine_runs_as_the_same_user()
    {
        Assert.SkipWhen(VtpmMachineTests.Missing is not null, $"Not run here: {VtpmMachineTests.Missing}");
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can give a process another user.");
        DirectoryInfo folder = Directory.CreateTempSubdirectory("errand-vtpm");
        try
        {
            using DevelopmentVendor vendor = DevelopmentVendor.Create(new byte[DevelopmentVendor.SeedSize]);
            using VtpmTemplate template = await VtpmTemplate.OpenAsync(Path.Combine(folder.FullName, "tpm"), vendor, TimeProvider.System, TaskFixture.Cancellation);
            await using EnclaveMachine machine = EnclaveMachine.Start(VmFiles.Options() with { Profile = VmProfile.Vtpm, TpmState = template.StateFile });
            Assert.NotNull(await machine.ConnectAsync(TimeProvider.System, TaskFixture.Cancellation));
            int tpm = machine.TpmId!.Value;
            Assert.Equal(Status(machine.Id)["Uid"], Status(tpm)["Uid"]);
            Assert.Equal("0", Limits(tpm)["Max core file size"]);

            // What its host leaves behind when it is killed ends too, though it is another user's.
            LeftBehindMachine.End(machine.StateFolder);
            await UntilAsync(() => !machine.IsAlive);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task UntilAsync(Func<bool> done)
    {
        for (int looks = 0; looks < 600 && !done(); looks++) await Task.Delay(100, TaskFixture.Cancellation);
        Assert.True(done());
    }

    private static Dictionary<string, string> Status(int process) => File.ReadAllLines($"/proc/{process}/status").Select(line => line.Split(':', 2)).ToDictionary(pair => pair[0], pair => pair[1].Trim());

    // Columns of fixed width: name, soft limit, hard limit, unit.
    private static Dictionary<string, string> Limits(int process) => File.ReadAllLines($"/proc/{process}/limits").Skip(1).ToDictionary(line => line[..26].Trim(), line => line[26..47].Trim());
}
