using Errand.Enclave;

namespace Errand.Node.Tests;

public sealed class InstalledQemuTests
{
    [Theory]
    [InlineData("QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg-7+deb12u18)\nCopyright", "7.2.22")]
    [InlineData("QEMU emulator version 10.1.0", "10.1.0")]
    [InlineData("QEMU emulator version 9.1\n", "9.1")]
    [InlineData("QEMU emulator version ", null)]
    [InlineData("QEMU emulator version 7", null)]
    [InlineData("qemu: something else", null)]
    [InlineData("", null)]
    [InlineData("QEMU emulator version 99999999999.1", null)]
    public void Version_is_read_from_what_the_program_says(string said, string? version) => Assert.Equal(version, InstalledQemu.TryReadVersion(said)?.ToString());

    [Theory]
    [InlineData("7.2.22", "SEV-SNP needs 9.1")]
    [InlineData("9.1.0", "and SEV-SNP guests")]
    [InlineData("10.1.2", "TDX domains")]
    public void What_a_version_starts_is_said(string version, string words) =>
        Assert.Contains(words, InstalledQemu.Judge("qemu", Version.Parse(version)).What, StringComparison.Ordinal);

    [Fact]
    public async Task Installed_program_is_found_and_tells_its_version()
    {
        MachineFinding finding = await InstalledQemu.ExamineAsync(TestContext.Current.CancellationToken);
        Assert.Equal("qemu", finding.Name);
        Assert.Equal(VmEnclaveLauncher.IsSupported ? FindingOutcome.Good : FindingOutcome.Absent, finding.Outcome);
    }
}
