using System.Text;
using Errand.Protocol;

namespace Errand.Enclave.Tests;

/// <summary>Small real apps over small data: what they leave is what a second, simpler calculation gives.</summary>
public sealed class RealTaskTests
{
    private static readonly SandboxLimits Limits = Wat.Limits with { Fuel = 2_000_000_000, MemoryBytes = 64 << 20 };

    private static string Text(SandboxOutcome outcome)
    {
        Assert.True(outcome.Code == OutcomeCode.Ok, Encoding.UTF8.GetString(outcome.Log.Span));
        return Encoding.UTF8.GetString(Assert.Single(outcome.Files).Content.Span);
    }

    private static SandboxFile File(string name, string content) => new(name, Encoding.UTF8.GetBytes(content));

    [Theory]
    [InlineData("", "")]
    [InlineData("#CHROM\tPOS\tID\tREF\tALT\n", "")]
    [InlineData("1\t10\t.\tA\tG\n", "1,1,0,0\n")]
    [InlineData("1\t10\t.\tA\tG,T,AC\tq\tPASS\t0|1\n", "1,2,1,0\n")]
    [InlineData("1\t10\t.\tAC\tA\r\nX\t7\t.\tA\t<DEL>\r\nX\t8\t.\tA\t.\r\nX\t9\t.\tA\tG[1:3[", "1,0,1,0\nX,0,0,2\n")]
    [InlineData("##meta\n\n2\t1\t.\tg\tc\n1\t1\t.\tA\tC\n2\t2\t.\tA\tAT\n", "2,1,1,0\n1,1,0,0\n")]
    public void Variants_are_counted_by_chromosome_and_kind(string vcf, string counts) =>
        Assert.Equal("chromosome,snv,indel,other\n" + counts, Text(Wat.Run(Samples.Module("variants"), Limits, [File("v.vcf", vcf)], null, "v.vcf")!));

    [Theory]
    [InlineData("1\t10\t.\tA\n", "too few columns")]
    [InlineData("a chromosome with a name beyond the thirty-two\t1\t.\tA\tC\n", "too long")]
    public void What_is_no_variant_file_fails_with_a_sentence_in_the_log(string vcf, string words)
    {
        SandboxOutcome outcome = Wat.Run(Samples.Module("variants"), Limits, [File("v.vcf", vcf)], null, "v.vcf")!;
        Assert.Equal(OutcomeCode.AppFailed, outcome.Code);
        Assert.Contains(words, Encoding.UTF8.GetString(outcome.Log.Span), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "", "0\n")]
    [InlineData("a\nb\n", "b\nc\n", "1\nb\n")]
    [InlineData("b\na\nb\n", "b\nb\nb\na", "2\na\nb\n")]
    [InlineData("a\r\n\r\n", "a\n\n\n", "1\na\n")]
    public void Common_members_of_two_lists_are_counted_and_listed_if_asked_for(string left, string right, string common)
    {
        SandboxFile[] files = [File("left", left), File("right", right)];
        Assert.Equal(common, Text(Wat.Run(Samples.Module("intersect"), Limits, files, null, "left", "right", "members")!));
        Assert.Equal(common[..(common.IndexOf('\n', StringComparison.Ordinal) + 1)], Text(Wat.Run(Samples.Module("intersect"), Limits, files, null, "left", "right")!));
    }

    // A straight line through points without noise is found to the last digit that is written; what noise adds is what sums of squares say of it.
    [Fact]
    public void Least_squares_finds_the_line_and_its_errors()
    {
        (double X, double Z, double Y)[] points = [.. Enumerable.Range(0, 40).Select(i => ((double)i, (double)(i * i % 17), 3 + (2.0 * i) - (5.0 * (i * i % 17)) + (i % 2 == 0 ? 0.5 : -0.5)))];
        string csv = "y,\"x\",z,w\r\n" + string.Concat(points.Select(point => FormattableString.Invariant($"{point.Y},{point.X},{point.Z},\"a,b\"\r\n"))) + "none,1,2,\n,,,\n";
        string[] lines = Text(Wat.Run(Samples.Module("ols"), Limits, [File("t.csv", csv)], null, "t.csv", "y", "x", "z")!).Split('\n');
        Assert.Equal("term,coefficient,error,t", lines[0]);
        double[] coefficients = [.. lines[1..4].Select(line => double.Parse(line.Split(',')[1], System.Globalization.CultureInfo.InvariantCulture))];
        double[] expected = Normal(points);
        for (int i = 0; i < 3; i++) Assert.Equal(expected[i], coefficients[i], Math.Abs(expected[i]) * 1e-5);
        double residual = points.Sum(point => Math.Pow(point.Y - expected[0] - (expected[1] * point.X) - (expected[2] * point.Z), 2)), mean = points.Average(point => point.Y);
        Assert.Equal(FormattableString.Invariant($"(r squared),{1 - (residual / points.Sum(point => Math.Pow(point.Y - mean, 2))):F6},,"), lines[6]);
        Assert.Equal(["(rows),40,,", "(left out),2,,"], lines[4..6]);
    }

    [Theory]
    [InlineData("a,b\n1,2\n2,4\n3,6\n4,8\n", "a column follows from the others", "a", "b", "b")]
    [InlineData("a,b\n1,2\n", "too few rows", "a", "b")]
    [InlineData("a,b\n1\n", "row 1 has 1 fields", "a", "b")]
    [InlineData("a,b\n1,\"2\n", "within a quoted field", "a", "b")]
    [InlineData("a,b\n", "no column c", "a", "c")]
    [InlineData("", "the table is empty", "a", "b")]
    public void What_gives_no_line_is_said_in_the_log(string csv, string words, params string[] columns)
    {
        SandboxOutcome outcome = Wat.Run(Samples.Module("ols"), Limits, [File("t.csv", csv)], null, ["t.csv", .. columns])!;
        Assert.Equal(OutcomeCode.AppFailed, outcome.Code);
        Assert.Contains(words, Encoding.UTF8.GetString(outcome.Log.Span), StringComparison.Ordinal);
    }

    // The normal equations by Cramer's rule.
    private static double[] Normal((double X, double Z, double Y)[] points)
    {
        double[][] rows = [.. points.Select(point => (double[])[1, point.X, point.Z])];
        double[,] m = new double[3, 3];
        double[] v = new double[3];
        for (int i = 0; i < 3; i++)
        {
            for (int j = 0; j < 3; j++) m[i, j] = rows.Sum(row => row[i] * row[j]);
            v[i] = rows.Zip(points, (row, point) => row[i] * point.Y).Sum();
        }
        double Determinant(double[,] a) => (a[0, 0] * ((a[1, 1] * a[2, 2]) - (a[1, 2] * a[2, 1]))) - (a[0, 1] * ((a[1, 0] * a[2, 2]) - (a[1, 2] * a[2, 0]))) + (a[0, 2] * ((a[1, 0] * a[2, 1]) - (a[1, 1] * a[2, 0])));
        return [.. Enumerable.Range(0, 3).Select(column =>
        {
            var replaced = (double[,])m.Clone();
            for (int i = 0; i < 3; i++) replaced[i, column] = v[i];
            return Determinant(replaced) / Determinant(m);
        })];
    }

    [Fact]
    public async Task Lists_of_two_owners_meet_in_one_enclave_and_only_their_common_count_leaves()
    {
        using var task = new TaskFixture
        {
            App = SealedAsset.Of(Samples.Module("intersect"), owner: 10, 0x50),
            Data =
            [
                (SealedAsset.Of([.. Numbers(0, 3)], owner: 11, 0x51), "clinic"),
                (SealedAsset.Of([.. Numbers(1, 5)], owner: 12, 0x52), "insurer"),
            ],
            Arguments = ["clinic", "insurer"],
        };
        TaskResult result = await LocalEnclave.RunAsync(task);
        Assert.Equal((AbortReason.None, OutcomeCode.Ok), (result.Reason, result.Receipt!.Outcome));
        // Multiples of 3 that leave 1 when divided by 5, below 30,000.
        Assert.Equal("2000\n", Encoding.UTF8.GetString(result.File("common.txt")));
    }

    private static IEnumerable<byte> Numbers(int first, int step)
    {
        for (int n = first; n < 30_000; n += step)
        {
            foreach (char digit in $"patient-{n}\n") yield return (byte)digit;
        }
    }
}
