namespace Errand.Cli.Tests;

public sealed class NumbersCommandTests : IDisposable
{
    private readonly CliFolder _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public void T_60_numbers_prints_the_figures_of_the_specification_and_what_they_assume()
    {
        CliResult result = _cli.Run("numbers");
        Assert.Equal(0, result.Exit);
        foreach (string figure in (string[])["77 accepts approve, 52 rejects reject", "2^-52.1", "2^-49.5", "2^-29.6", "2^-11.1", "0.387 %", "4.81 %", "Up to 384 verifiers"])
            Assert.Contains(figure, result.Output, StringComparison.Ordinal);
        foreach (string assumption in (string[])["Operators:", "Appraisal:", "Hardware:", "Draw:", "Ledger:"])
            Assert.Contains($"  - {assumption}", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_has_the_same_figures()
    {
        var json = await _cli.JsonAsync("numbers");
        Assert.Equal(-52.0675, json.GetProperty("badPassesDrawLog2").GetDouble(), 4);
        Assert.Equal(384, json.GetProperty("safeVerifiers").GetInt64());
        Assert.Equal(5, json.GetProperty("assumptions").GetArrayLength());
        Assert.Equal(System.Text.Json.JsonValueKind.Null, (await _cli.JsonAsync("numbers", "--verifiers", "10")).GetProperty("badPassesDrawLog2").ValueKind);
    }

    [Fact]
    public void What_cannot_happen_is_never() => Assert.Contains("never", _cli.Run("numbers", "--verifiers", "10").Output, StringComparison.Ordinal);
}
