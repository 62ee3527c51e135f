using System.Text;
using Microsoft.Data.Sqlite;

namespace Errand.Cli.Tests;

/// <summary>Apps made of SQL scripts, tried over clear data.</summary>
public sealed class SqlAppTests : IDisposable
{
    private const string Visits = "patient,year,ward,cost\n1,2021,A,10\n2,2021,B,20.5\n3,2022,A,\n4,2022,\"A, north\",7\n5,2022,\"he said \"\"B\"\"\",1e2\n";
    private readonly CliFolder _cli = new();

    public void Dispose() => _cli.Dispose();

    // Compiling the runtime takes a second: one run for all of them.
    private static readonly (string Script, string Result)[] Queries =
    [
        ("SELECT year, count(*) AS n, sum(cost) AS total FROM visits GROUP BY year HAVING n >= 3", "year,n,total\n2022,3,107.0\n"),
        ("-- what is quoted is text\nSELECT ward FROM visits WHERE patient >= 4", "ward\n\"A, north\"\n\"he said \"\"B\"\"\"\n"),
        ("SELECT cost, typeof(cost) AS t FROM visits WHERE patient <= 3", "cost,t\n10,integer\n20.5,real\n,null\n"),
        ("SELECT '' AS e, NULL AS n, -9223372036854775808 AS least, x'41' AS b", "e,n,least,b\n\"\",,-9223372036854775808,A\n"),
        ("CREATE TEMP TABLE t AS SELECT patient*2 AS p FROM visits; SELECT max(p) AS m FROM t", "m\n10\n"),
        ("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i < 1000) SELECT sum(i) AS s FROM n", "s\n500500\n"),
        ("SELECT date('now') AS today, sqrt(2) > 1.41 AS root", "today,root\n1970-01-01,1\n"),
        ("SELECT patient FROM visits ORDER BY year DESC, cost LIMIT 2", "patient\n3\n4\n"),
    ];

    [Fact]
    public void Results_of_queries_leave_as_csv()
    {
        Assert.Equal(Queries[0].Result, Run(string.Join(";\n", Queries.Select(query => query.Script))));
        Assert.All(Queries.Index().Skip(1), query => Assert.Equal(query.Item.Result, Read($"out/result-{query.Index + 1}.csv")));
    }

    [Fact]
    public void Each_select_leaves_a_file_and_every_run_the_same()
    {
        const string script = "SELECT count(*) AS n FROM visits; SELECT random() AS r, hex(randomblob(300)) AS b;";
        string first = Run(script), random = Read("out/result-2.csv");
        Assert.Equal("n\n5\n", first);
        Directory.Delete(_cli.In("out"), recursive: true);
        File.Delete(_cli.In("q.wasm"));
        Run(script);
        Assert.Equal(random, Read("out/result-2.csv"));
    }

    [Theory]
    [InlineData("SELECT absent FROM visits", "sql: no such column: absent")]
    [InlineData("CREATE TABLE t(a)", "nothing would leave")]
    [InlineData("ATTACH '/data/visits.csv' AS v; SELECT 1", "unable to open database")]
    [InlineData("SELECT readfile('/etc/passwd')", "no such function")]
    public void What_goes_wrong_is_said_in_the_sealed_log(string script, string words)
    {
        CliResult result = TryRun(script, Visits);
        Assert.Equal(1, result.Exit);
        Assert.Contains("outcome  app-failed", result.Output, StringComparison.Ordinal);
        Assert.Contains(words, result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a,b\n1\n", "line 2: 1 fields, where the first line has 2")]
    [InlineData("a,\n1,2\n", "line 1: column 2 has no name")]
    [InlineData("a\n\"x\n", "a quoted field has no end")]
    [InlineData("a,b\n1,2\n\n3,4\n", "line 3: an empty line")]
    public void Malformed_table_is_refused_with_its_line(string csv, string words)
    {
        CliResult result = TryRun("SELECT 1", csv);
        Assert.Equal(1, result.Exit);
        Assert.Contains("visits.csv", result.Output, StringComparison.Ordinal);
        Assert.Contains(words, result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a\n", 0)]
    [InlineData("\uFEFFa\r\n1\r\n\r\n", 2)]
    [InlineData("a\n\"two\nlines\"\n", 1)]
    public void Tables_of_other_systems_are_read(string csv, int rows)
    {
        Assert.Equal(0, TryRun("SELECT count(*) AS n, count(a) AS a FROM visits", csv).Exit);
        Assert.StartsWith($"n,a\n{rows},", Read("out/result.csv"), StringComparison.Ordinal);
    }

    [Fact]
    public void Database_is_a_schema_beside_tables()
    {
        using (var db = new SqliteConnection($"Data Source={_cli.In("records.db")};Pooling=False"))
        {
            db.Open();
            using SqliteCommand command = db.CreateCommand();
            command.CommandText = "CREATE TABLE p(id INTEGER PRIMARY KEY, name TEXT); INSERT INTO p SELECT value, 'p' || value FROM (WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value+1 FROM n WHERE value < 5000) SELECT value FROM n);";
            command.ExecuteNonQuery();
        }
        Make("SELECT count(*) AS n, max(name) AS last FROM records.p JOIN visits ON id = patient");
        _cli.Write("visits.csv", Visits);
        CliResult result = _cli.Run("app", "test", "q.wasm", "--data", "visits.csv=visits.csv", "--data", "records.db=records.db", "--save", "out");
        Assert.True(result.Exit == 0, result.Output + result.Error);
        Assert.Equal("n,last\n5,p5\n", Read("out/result.csv"));
        Assert.Contains("readonly", TryRun("DELETE FROM records.p; SELECT 1", Visits, "--data", "records.db=records.db").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Table_too_large_for_memory_is_read_in_one_pass()
    {
        Make("SELECT sum(cost) AS total FROM visits");
        _cli.Write("visits.csv", Visits);
        Assert.Equal(0, _cli.Run("app", "test", "q.wasm", "--data", "visits.csv=visits.csv", "--stream", "--save", "out").Exit);
        Assert.Equal("total\n137.5\n", Read("out/result.csv"));
    }

    [Fact]
    public void Scripts_that_are_none_are_refused_and_the_same_script_gives_the_same_app()
    {
        Make("SELECT 1 AS a");
        byte[] app = File.ReadAllBytes(_cli.In("q.wasm"));
        File.Delete(_cli.In("q.wasm"));
        Make("SELECT 1 AS a");
        Assert.Equal(app, File.ReadAllBytes(_cli.In("q.wasm")));
        Assert.Contains("[file/exists]", _cli.Run("app", "from-sql", "q.sql", "-o", "q.wasm").Error, StringComparison.Ordinal);
        Assert.Contains("[file/missing]", _cli.Run("app", "from-sql", "none.sql", "-o", "n.wasm").Error, StringComparison.Ordinal);
        _cli.Write("long.sql", new string(' ', ScriptApp.Sql.ScriptSizeMax + 1));
        Assert.Contains("[cli/usage]", _cli.Run("app", "from-sql", "long.sql").Error, StringComparison.Ordinal);
        foreach (byte[] bytes in new byte[][] { [], [0x53, 0], [0x53, 0xFF] })
        {
            File.WriteAllBytes(_cli.In("bad.sql"), bytes);
            Assert.Contains("[cli/usage]", _cli.Run("app", "from-sql", "bad.sql").Error, StringComparison.Ordinal);
        }
        // An app is no runtime: its place is taken.
        Assert.Null(ScriptApp.Sql.TryMake(app, "SELECT 2"u8));
        Assert.Null(ScriptApp.Sql.TryMake([1, 2, 3], "SELECT 2"u8));
    }

    private string Run(string script)
    {
        CliResult result = TryRun(script, Visits);
        Assert.True(result.Exit == 0, result.Output + result.Error);
        return Read("out/result.csv");
    }

    private CliResult TryRun(string script, string visits, params string[] more)
    {
        File.Delete(_cli.In("q.wasm"));
        if (Directory.Exists(_cli.In("out"))) Directory.Delete(_cli.In("out"), recursive: true);
        Make(script);
        _cli.Write("visits.csv", visits);
        return _cli.Run(["app", "test", "q.wasm", "--data", "visits.csv=visits.csv", .. more, "--log", "4096", "--save", "out"]);
    }

    private void Make(string script)
    {
        _cli.Write("q.sql", script);
        CliResult made = _cli.Run("app", "from-sql", "q.sql");
        Assert.True(made.Exit == 0, made.Error);
    }

    private string Read(string name) => File.ReadAllText(_cli.In(name), Encoding.UTF8);
}
