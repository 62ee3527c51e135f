using System.Text.Json;

namespace Errand.Cli.Tests;

/// <summary>Commands that need no network: keys, policies, sealing.</summary>
public sealed class FileCommandsTests : IDisposable
{
    private const string Policy = """
        {
          "version": 1, "kind": "data", "apps": "any", "data": [], "requesters": "any", "recipients": "any", "arguments": [[]], "secretArguments": false,
          "custody": "any", "minEligibleExecutors": 1, "accepts": 10, "outputLimitBytes": 65536, "logLimitBytes": 0, "paddingBytes": 4096
        }
        """;

    private readonly CliFolder _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Keys_are_made_once_and_shown_without_secrets()
    {
        JsonElement made = await _cli.JsonAsync("keys", "new");
        JsonElement shown = await _cli.JsonAsync("keys", "show");
        foreach (string name in (string[])["publicKey", "vrfKey", "recipientDigest", "recipientKey"]) Assert.Equal(made.GetProperty(name).GetString(), shown.GetProperty(name).GetString());
        Assert.StartsWith(_cli.In("home"), shown.GetProperty("folder").GetString(), StringComparison.Ordinal);
        CliResult again = _cli.Run("keys", "new");
        Assert.Equal(1, again.Exit);
        Assert.Contains("[keystore/exists]", again.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Passphrase_comes_from_file_or_variable_and_a_wrong_one_is_refused()
    {
        Assert.Equal(0, _cli.Run("keys", "new", "--keys", "k").Exit);
        _cli.Variables["ERRAND_PASSPHRASE"] = "another horse";
        Assert.Contains("[keystore/wrong-passphrase]", _cli.Run("keys", "show", "--keys", "k").Error, StringComparison.Ordinal);
        _cli.Write("pass", "correct horse\n");
        Assert.Equal(0, _cli.Run("keys", "show", "--keys", "k", "--passphrase-file", "pass").Exit);
        _cli.Variables.Clear();
        CliResult nobody = _cli.Run("keys", "show", "--keys", "k");
        Assert.Equal(2, nobody.Exit);
        Assert.Contains("[keystore/no-passphrase]", nobody.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Resealed_file_is_a_new_asset_that_opens_to_the_same()
    {
        _cli.Run("keys", "new");
        _cli.Write("cohort.csv", "a,b\n1,2\n");
        JsonElement old = await _cli.JsonAsync("data", "seal", "cohort.csv");
        JsonElement made = await _cli.JsonAsync("data", "reseal", "cohort.csv.sealed", "-o", "new.sealed");
        Assert.NotEqual(old.GetProperty("asset").GetString(), made.GetProperty("asset").GetString());
        Assert.Equal(0, _cli.Run("data", "open", "new.sealed", "again.csv").Exit);
        Assert.Equal("a,b\n1,2\n", File.ReadAllText(_cli.In("again.csv")));
        Assert.Contains("[file/exists]", _cli.Run("data", "reseal", "cohort.csv.sealed", "-o", "new.sealed").Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Folder_seals_opens_and_is_seen_by_an_app_held_and_streamed()
    {
        _cli.Run("keys", "new");
        Directory.CreateDirectory(_cli.In("scans/north"));
        Directory.CreateDirectory(_cli.In("scans/none"));
        _cli.Write("scans/a.csv", "1,2\n");
        _cli.Write("scans/north/b.csv", new string('x', 200_000));
        JsonElement made = await _cli.JsonAsync("data", "seal", "scans/");
        Assert.True(made.GetProperty("folder").GetBoolean());
        Assert.Equal(_cli.In("scans.sealed"), made.GetProperty("file").GetString());
        Assert.Contains("kind     a folder", _cli.Run("data", "verify", "scans.sealed").Output, StringComparison.Ordinal);
        Assert.Equal(0, _cli.Run("data", "open", "scans.sealed", "again").Exit);
        Assert.Equal(200_000, new FileInfo(_cli.In("again/north/b.csv")).Length);
        Assert.True(Directory.Exists(_cli.In("again/none")));

        string module = Path.Combine(Errand.Tests.Vectors.Repository(), "samples", "guests", "bin", "tally.wasm");
        string[] line = ["app", "test", module, "--data", "s=scans", "--arg", "--list", "--arg", "s"];
        Assert.Equal(0, _cli.Run([.. line, "--save", "held"]).Exit);
        Assert.Equal(0, _cli.Run([.. line, "--stream", "--save", "streamed"]).Exit);
        Assert.Equal("ending,files,bytes\ncsv,2,200004\n", File.ReadAllText(_cli.In("held/tally.csv")));
        Assert.Equal(File.ReadAllText(_cli.In("held/list.txt")), File.ReadAllText(_cli.In("streamed/list.txt")));
        Assert.StartsWith("/data/s/a.csv 4 ", File.ReadAllText(_cli.In("held/list.txt")), StringComparison.Ordinal);

        Assert.Contains("[cli/usage]", _cli.Run("app", "seal", "scans").Error, StringComparison.Ordinal);
        File.CreateSymbolicLink(_cli.In("scans/link"), _cli.In("scans/a.csv"));
        CliResult refused = _cli.Run("data", "seal", "scans", "-o", "other.sealed");
        Assert.Contains("[file/folder]", refused.Error, StringComparison.Ordinal);
        Assert.Contains("is a link", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task App_is_tried_over_clear_data_without_network_or_keys()
    {
        string module = Path.Combine(Errand.Tests.Vectors.Repository(), "samples", "guests", "bin", "intersect.wasm");
        _cli.Write("left", "a\nb\nc\n");
        _cli.Write("right", "b\nc\nd\n");
        string[] line = ["app", "test", module, "--data", "l=left", "--data", "r=right", "--arg", "l", "--arg", "r"];
        JsonElement made = await _cli.JsonAsync([.. line, "--padding", "1000", "--save", "out"]);
        Assert.Equal("ok", made.GetProperty("outcome").GetString());
        Assert.Equal(4096 + 1000, made.GetProperty("leavesBytes").GetInt32());
        Assert.Equal("2\n", File.ReadAllText(_cli.In("out/common.txt")));

        CliResult starved = _cli.Run([.. line, "--fuel", "1000"]);
        Assert.Equal(1, starved.Exit);
        Assert.Contains("outcome  limit", starved.Output, StringComparison.Ordinal);
        Assert.Contains("[cli/usage]", _cli.Run([.. line, "--output", "1000000000000"]).Error, StringComparison.Ordinal);
        Assert.Contains("[cli/usage]", _cli.Run([.. line, "--data", "l=left"]).Error, StringComparison.Ordinal);
        Assert.Contains("[file/missing]", _cli.Run([.. line, "--data", "x=none"]).Error, StringComparison.Ordinal);
        Assert.Contains("abort/wasm-profile", _cli.Run("app", "test", "left").Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task App_is_tried_under_a_shape_and_a_refusal_is_shown_as_its_owner_reads_it()
    {
        string samples = Path.Combine(Errand.Tests.Vectors.Repository(), "samples");
        _cli.Write("few.vcf", string.Concat(Enumerable.Repeat("chr1\t10\t.\tA\tG\n", 9)));
        _cli.Write("many.vcf", string.Concat(Enumerable.Repeat("chr1\t10\t.\tA\tG\n", 10)));
        string[] Line(string file) => ["app", "test", Path.Combine(samples, "guests", "bin", "variants.wasm"), "--data", $"v={file}", "--arg", "v", "--shape", Path.Combine(samples, "shapes", "variants.json")];
        Assert.Equal(0, _cli.Run([.. Line("many.vcf"), "--save", "out"]).Exit);
        Assert.Equal("chromosome,snv,indel,other\nchr1,10,0,0\n", File.ReadAllText(_cli.In("out/variants.csv")));
        CliResult refused = _cli.Run([.. Line("few.vcf"), "--save", "none"]);
        Assert.Equal(1, refused.Exit);
        foreach (string part in (string[])["outcome  refused", "variants.csv, row 1, column snv", "minimum group size", "chr1,9,0,0"]) Assert.Contains(part, refused.Output, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(_cli.In("none")));
        Assert.Contains("[cli/usage]", _cli.Run([.. Line("many.vcf"), "--log", "1"]).Error, StringComparison.Ordinal);

        string table = Path.Combine(samples, "data", "breast-cancer-wisconsin.csv");
        Assert.Equal(0, _cli.Run("app", "test", Path.Combine(samples, "guests", "bin", "logreg.wasm"), "--data", $"t={table}", "--arg", "t", "--shape", Path.Combine(samples, "shapes", "logreg.json"), "--save", "model").Exit);
        Assert.StartsWith("{\"model\":\"logistic regression, standardised inputs\",\"rows\":{", File.ReadAllText(_cli.In("model/model.json")), StringComparison.Ordinal);

        Assert.NotEmpty((await _cli.JsonAsync("policy", "shape", Path.Combine(samples, "shapes", "logreg.json"))).GetProperty("allows").EnumerateArray());
        _cli.Write("wrong.json", "{ \"version\": 1, \"files\": { \"a\": { \"json\": { \"type\": \"string\", \"pattern\": \"a\" } } } }");
        Assert.Contains("pattern", _cli.Run("policy", "shape", "wrong.json").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void App_is_tried_over_data_as_if_it_were_too_large_for_memory()
    {
        string module = Path.Combine(Errand.Tests.Vectors.Repository(), "samples", "guests", "bin", "intersect.wasm");
        _cli.Write("left", "a\nb\nc\n");
        _cli.Write("right", "b\nc\nd\n");
        string[] line = ["app", "test", module, "--data", "l=left", "--data", "r=right", "--stream"];
        Assert.Equal(0, _cli.Run([.. line, "--arg", "l", "--arg", "r", "--save", "out"]).Exit);
        Assert.Equal("2\n", File.ReadAllText(_cli.In("out/common.txt")));
        // The other way round the second file lies behind the first, and needs a pass more.
        Assert.NotEqual(0, _cli.Run([.. line, "--arg", "r", "--arg", "l", "--save", "none"]).Exit);
        Assert.Equal(0, _cli.Run([.. line, "--arg", "r", "--arg", "l", "--passes", "2", "--save", "two"]).Exit);
        Assert.Equal("2\n", File.ReadAllText(_cli.In("two/common.txt")));
        Assert.Contains("[cli/usage]", _cli.Run([.. line, "--passes", "65"]).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sealed_file_verifies_and_opens_again()
    {
        _cli.Run("keys", "new");
        _cli.Write("cohort.csv", "a,b\n1,2\n");
        JsonElement made = await _cli.JsonAsync("data", "seal", "cohort.csv");
        Assert.Equal(8, made.GetProperty("plaintextBytes").GetInt64());
        string content = made.GetProperty("content").GetString()!;
        Assert.Equal(content, (await _cli.JsonAsync("data", "verify", "cohort.csv.sealed", "--content", content)).GetProperty("content").GetString());
        Assert.Equal(0, _cli.Run("data", "open", "cohort.csv.sealed", "again.csv").Exit);
        Assert.Equal("a,b\n1,2\n", File.ReadAllText(_cli.In("again.csv")));

        CliResult taken = _cli.Run("data", "seal", "cohort.csv");
        Assert.Equal(1, taken.Exit);
        Assert.Contains("[file/exists]", taken.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_file_and_wrong_content_id_end_with_verification_failed()
    {
        _cli.Run("keys", "new");
        _cli.Write("app.wasm", "not looked at here");
        _cli.Run("app", "seal", "app.wasm", "-o", "app.sealed");
        CliResult other = _cli.Run("data", "verify", "app.sealed", "--content", new string('0', 64));
        Assert.Equal(5, other.Exit);
        Assert.Contains("content-id", other.Error, StringComparison.Ordinal);
        byte[] bytes = File.ReadAllBytes(_cli.In("app.sealed"));
        File.WriteAllBytes(_cli.In("app.sealed"), bytes[..^1]);
        CliResult cut = _cli.Run("data", "verify", "app.sealed");
        Assert.Equal(5, cut.Exit);
        Assert.Contains("truncated at chunk 0", cut.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Policy_check_says_what_is_allowed_and_what_is_dangerous()
    {
        _cli.Write("policy.json", Policy);
        CliResult result = _cli.Run("policy", "check", "policy.json");
        Assert.Equal(0, result.Exit);
        Assert.Contains("  Accepts in total: 10.", result.Output, StringComparison.Ordinal);
        Assert.Contains("  Any app: an app may write all of the data into its output.", result.Output, StringComparison.Ordinal);
        JsonElement json = await _cli.JsonAsync("policy", "check", "policy.json");
        Assert.Equal(64, json.GetProperty("digest").GetString()!.Length);
        Assert.NotEqual(0, json.GetProperty("dangers").GetArrayLength());

        _cli.Write("policy.json", Policy.Replace("\"accepts\"", "\"acepts\"", StringComparison.Ordinal));
        CliResult wrong = _cli.Run("policy", "check", "policy.json");
        Assert.Equal(1, wrong.Exit);
        Assert.Contains("Line 3: There is no member \"acepts\". Did you mean \"accepts\"?", wrong.Error, StringComparison.Ordinal);
        Assert.Contains("[policy/malformed]", wrong.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Policy_for_data_does_not_publish_an_app()
    {
        _cli.Run("keys", "new");
        _cli.Write("policy.json", Policy);
        _cli.Write("app.wasm", "x");
        _cli.Run("app", "seal", "app.wasm");
        CliResult result = _cli.Run("app", "publish", "app.wasm.sealed", "--policy", "policy.json", "--url", "http://localhost");
        Assert.Equal(5, result.Exit);
        Assert.Contains("[policy/mismatch]", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void File_that_is_no_bundle_is_malformed()
    {
        _cli.Write("bundle", "nothing");
        CliResult result = _cli.Run("receipt", "verify", "bundle");
        Assert.Equal(5, result.Exit);
        Assert.StartsWith("audit/malformed: ", result.Output, StringComparison.Ordinal);
    }
}
