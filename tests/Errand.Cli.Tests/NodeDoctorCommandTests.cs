using System.Text.Json;

namespace Errand.Cli.Tests;

public sealed class NodeDoctorCommandTests : IDisposable
{
    private readonly CliFolder _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public void Machine_without_a_tpm_is_told_what_is_missing_and_what_to_do()
    {
        CliResult result = _cli.Run("node", "doctor", "--device", "/dev/no-such-tpm");
        Assert.Equal(1, result.Exit);
        Assert.Contains("FAULT  tpm ", result.Output, StringComparison.Ordinal);
        Assert.Contains("Switch the TPM on in the firmware's setup", result.Output, StringComparison.Ordinal);
        Assert.Contains("It cannot prove itself as it is.", result.Output, StringComparison.Ordinal);
        Assert.Contains("absent ima", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_of_machines_without_their_image_are_refused_before_anything_is_made()
    {
        foreach (string[] options in new[] { new[] { "--tee", "tdx" }, ["--firmware", "OVMF.fd"], ["--collateral", "folder"] })
        {
            CliResult result = _cli.Run(["node", "enrol", "--role", "executor", .. options]);
            Assert.Equal(2, result.Exit);
            Assert.Contains("--image", result.Error, StringComparison.Ordinal);
        }
        Assert.NotEqual(0, _cli.Run("node", "enrol", "--role", "executor", "--tee", "sgx", "--image", "image").Exit);
        Assert.False(Directory.Exists(_cli.In("node")));
    }

    [Fact]
    public void Programs_are_told_the_same()
    {
        CliResult result = _cli.Run("node", "doctor", "--device", "/dev/no-such-tpm", "--json");
        Assert.Equal(1, result.Exit);
        using JsonDocument json = JsonDocument.Parse(result.Output);
        Assert.False(json.RootElement.GetProperty("fit").GetBoolean());
        JsonElement tpm = json.RootElement.GetProperty("findings")[0];
        Assert.Equal(("tpm", "fault"), (tpm.GetProperty("name").GetString(), tpm.GetProperty("outcome").GetString()));
        Assert.NotEqual("", tpm.GetProperty("remedy").GetString());
    }

    [Fact]
    public void Swtpm_that_does_not_run_is_no_device_of_this_machine()
    {
        CliResult result = _cli.Run("node", "doctor", "--device", "socket-of-nobody");
        Assert.Equal(1, result.Exit);
        Assert.Contains("No swtpm answers", result.Output, StringComparison.Ordinal);
    }
}
