namespace Errand.Protocol.Tests;

public sealed class NodeTextsTests
{
    [Theory]
    [InlineData("", "", "")]
    [InlineData("https://node.example", "Zürich 東京", "CH")]
    [InlineData("", "site", "")]
    [InlineData("http://a", "", "de")]
    public void Texts_come_back_as_they_were(string endpoint, string site, string jurisdiction)
    {
        var texts = new NodeTexts(endpoint, site, jurisdiction);
        Assert.Equal((endpoint, site, jurisdiction), (texts.Endpoint, texts.Site, texts.Jurisdiction));
    }

    [Fact]
    public void A_node_that_has_said_nothing_has_empty_texts() => Assert.Equal(("", "", ""), (default(NodeTexts).Endpoint, default(NodeTexts).Site, default(NodeTexts).Jurisdiction));
}
