namespace Errand.Architecture.Tests;

public sealed class RuleNumberTests
{
    private const string Page = "## 1 Title\n\n* **R-1.1** One: `a`.\n\n**R-1.2** (people) Two, which is not R-1.1.\n";
    private const string Source = "return A; // R-1.1\n";

    [Fact]
    public void Each_rule_is_cited_where_it_is_kept_and_each_citation_is_a_rule() =>
        Assert.Empty(RuleNumbers.Compare(Specification.Pages.Skip(1), Repository.Projects.SelectMany(Repository.SourceFiles).Select(File.ReadAllText)));

    [Fact]
    public void The_specification_has_rules_in_every_part()
    {
        string all = string.Join('\n', Specification.Pages);
        foreach (string number in new[] { "2.6.1", "3.1", "4.3.3", "5.4", "6.1.2.1", "6.3.5", "6.14.2", "7.1", "8.5", "9.2.1", "10.1.1" })
            Assert.Contains($"**R-{number}**", all, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", Source, null)]
    [InlineData("**R-1.3** Three.\n", Source, "R-1.3 is cited nowhere and not marked as a rule for people")]
    [InlineData("**R-1.1** Again.\n", Source, "R-1.1 is defined twice")]
    [InlineData("", Source + "return B; // R-1.4\n", "R-1.4 is cited in code and not defined")]
    [InlineData("", Source + "/// (R-1.2)\n", "R-1.2 is a rule for people, and code cites it")]
    [InlineData("As R-1.9 says.\n", Source, "R-1.9 is mentioned in the specification and not defined")]
    [InlineData("**R-2.1** (people) Elsewhere.\n", Source, "R-2.1 stands in section 1")]
    [InlineData("", "string a = \"R-1.1\";\n", "R-1.1 is cited nowhere and not marked as a rule for people")]
    public void What_does_not_agree_is_found(string morePage, string source, string? fault) =>
        Assert.Equal(fault is null ? [] : [fault], RuleNumbers.Compare([Page + morePage], [source]));
}
