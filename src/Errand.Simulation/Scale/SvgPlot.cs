using System.Globalization;
using System.Security;
using System.Text;

namespace Errand.Simulation;

/// <summary>A line over a logarithmic axis of sizes, from zero up, as an SVG 1.1 document. The same points give the same bytes.</summary>
/// <param name="title">What is drawn.</param>
/// <param name="axis">What the horizontal axis counts.</param>
/// <param name="points">Rising by size, which is at least 1; values are not negative.</param>
internal sealed class SvgPlot(string title, string axis, IReadOnlyList<(double Size, double Value)> points)
{
    private const int Width = 640, Height = 320, Left = 70, Right = 30, Top = 50, Bottom = 50;
    private const int Lines = 5;

    public string Draw()
    {
        if (points.Count == 0) throw new InvalidOperationException("There is nothing to plot.");
        double step = StepOf(points.Max(point => point.Value));
        int from = (int)Math.Floor(Math.Log10(points[0].Size)), to = Math.Max(from + 1, (int)Math.Ceiling(Math.Log10(points[^1].Size)));
        double X(double size) => Left + (Width - Left - Right) * (Math.Log10(size) - from) / (to - from);
        double Y(double value) => Height - Bottom - (Height - Top - Bottom) * value / (step * Lines);

        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" font-family=\"sans-serif\" font-size=\"12\">\n");
        svg.Append(CultureInfo.InvariantCulture, $"<rect width=\"{Width}\" height=\"{Height}\" fill=\"white\"/>\n");
        Text(svg, Left, 28, "start", title, "font-size=\"15\"");
        for (int i = 0; i <= Lines; i++)
        {
            Line(svg, Left, Y(step * i), Width - Right, Y(step * i), i == 0 ? "#444" : "#ddd");
            Text(svg, Left - 8, Y(step * i) + 4, "end", Number(step * i));
        }
        for (int power = from; power <= to; power++)
        {
            Line(svg, X(Math.Pow(10, power)), Height - Bottom, X(Math.Pow(10, power)), Height - Bottom + 5, "#444");
            Text(svg, X(Math.Pow(10, power)), Height - Bottom + 20, "middle", Number(Math.Pow(10, power)));
        }
        Text(svg, Left + (Width - Left - Right) / 2.0, Height - 12, "middle", axis);
        svg.Append("<polyline fill=\"none\" stroke=\"#1f5fa8\" stroke-width=\"2\" points=\"").AppendJoin(' ', points.Select(point => $"{Place(X(point.Size))},{Place(Y(point.Value))}")).Append("\"/>\n");
        foreach ((double size, double value) in points)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{Place(X(size))}\" cy=\"{Place(Y(value))}\" r=\"4\" fill=\"#1f5fa8\"/>\n");
            Text(svg, X(size), Y(value) - 10, "middle", Number(value));
        }
        return svg.Append("</svg>\n").ToString();
    }

    // The least of 1, 2, 5 · 10^n whose multiple reaches over the highest value with its label.
    private static double StepOf(double highest)
    {
        double least = Math.Max(highest * 1.15, 1e-9) / Lines;
        double power = Math.Pow(10, Math.Floor(Math.Log10(least)));
        foreach (int factor in (ReadOnlySpan<int>)[1, 2, 5])
            if (factor * power >= least) return factor * power;
        return 10 * power;
    }

    private static void Line(StringBuilder svg, double x1, double y1, double x2, double y2, string colour) =>
        svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{Place(x1)}\" y1=\"{Place(y1)}\" x2=\"{Place(x2)}\" y2=\"{Place(y2)}\" stroke=\"{colour}\"/>\n");

    private static void Text(StringBuilder svg, double x, double y, string anchor, string text, string more = "") =>
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Place(x)}\" y=\"{Place(y)}\" text-anchor=\"{anchor}\"{(more.Length > 0 ? " " : "")}{more}>{SecurityElement.Escape(text)}</text>\n");

    private static string Place(double value) => value.ToString("0.0", CultureInfo.InvariantCulture);

    private static string Number(double value) => value.ToString(value is > 0 and < 10 ? "0.##" : "#,0", CultureInfo.InvariantCulture);
}
