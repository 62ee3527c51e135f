using System.Xml.Linq;

namespace Errand.Simulation.Tests;

public sealed class SvgPlotTests
{
    private static readonly (double, double)[] Points = [(10, 20), (1_000, 140.5), (1_000_000, 139)];

    [Fact]
    public void The_same_points_give_the_same_document_with_a_mark_for_each()
    {
        string svg = new SvgPlot("Entries & more <of a task>", "verifiers", Points).Draw();
        Assert.Equal(svg, new SvgPlot("Entries & more <of a task>", "verifiers", Points).Draw());
        XDocument document = XDocument.Parse(svg);
        Assert.Equal(Points.Length, document.Descendants().Count(element => element.Name.LocalName == "circle"));
        Assert.Contains(document.Descendants(), element => element.Value == "Entries & more <of a task>");
        Assert.Contains(document.Descendants(), element => element.Value == "1,000,000");
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(1, 1e9)]
    [InlineData(100, 0.001)]
    public void All_marks_lie_on_the_sheet(double size, double value)
    {
        XDocument document = XDocument.Parse(new SvgPlot("one", "size", [(size, value)]).Draw());
        XElement mark = document.Descendants().Single(element => element.Name.LocalName == "circle");
        Assert.InRange((double)mark.Attribute("cx")!, 0, 640);
        Assert.InRange((double)mark.Attribute("cy")!, 0, 320);
    }

    [Fact]
    public void Nothing_is_no_plot() => Assert.Throws<InvalidOperationException>(() => new SvgPlot("none", "size", []).Draw());
}
