using System.Text;

namespace Errand.Attestation.Tests;

public sealed class ImaLogTests
{
    private static readonly byte[] Digest = TpmAlgorithm.Sha256.Hash("a file"u8);
    private static readonly byte[] Old = TpmAlgorithm.Sha1.Hash("a file"u8);

    [Fact]
    public void Every_template_gives_its_digest_path_and_third_field()
    {
        byte[] list =
        [
            .. ImaMaker.Original("boot_aggregate", Old),
            .. ImaMaker.Ng("/usr/bin/a b", Digest),
            .. ImaMaker.Ng("/usr/bin/ä", Digest, template: "ima-sig", more: [[3, 2, 4]]),
            .. ImaMaker.Ng("ima-policy", Digest, template: "ima-buf", more: ["measure"u8.ToArray()]),
            .. ImaMaker.Ng("/v2", Digest, hash: "verity:sha256", template: "ima-ngv2"),
            .. ImaMaker.Ng("/v2s", Digest, hash: "ima:sha256", template: "ima-sigv2", more: [[]]),
            .. ImaMaker.Ng("/mod", Digest, template: "ima-modsig", more: [[], ImaMaker.Prefix("sha256", Digest), [1]]),
            .. ImaMaker.Ng("/own", Digest, template: "d-ng|n-ng|iuid", more: [[0, 0, 0, 0]]),
        ];
        ImaLog log = ImaLog.TryParse(list)!;
        Assert.Equal(["boot_aggregate", "/usr/bin/a b", "/usr/bin/ä", "ima-policy", "/v2", "/v2s", "/mod", "/own"], log.Entries.Select(entry => entry.Path));
        Assert.Equal("sha1:" + Convert.ToHexStringLower(Old), log.Entries[0].DigestText);
        Assert.All(log.Entries.Skip(1), entry => Assert.Equal("sha256:" + Convert.ToHexStringLower(Digest), entry.DigestText));
        Assert.Equal([3, 2, 4], log.Entries[2].Extra.ToArray());
        Assert.Equal("measure", Encoding.ASCII.GetString(log.Entries[3].Extra.Span));
        Assert.All(log.Entries, entry => Assert.Equal(entry.TemplateDigest.ToArray(), TpmAlgorithm.Sha1.Hash(entry.TemplateData.Span)));
        Assert.All(log.Entries, entry => Assert.False(entry.IsViolation));
        Assert.Empty(ImaLog.TryParse([])!.Entries);
    }

    [Fact]
    public void Ascii_form_says_the_same()
    {
        byte[] list = [.. ImaMaker.Original("boot_aggregate", Old), .. ImaMaker.Ng("/usr/bin/ä", Digest), .. ImaMaker.Ng("/s", Digest, template: "ima-sig", more: [[3, 2]]), .. ImaMaker.Ng("/t", Digest, template: "ima-sig", more: [[]])];
        ImaLog binary = ImaLog.TryParse(list)!;
        string hex = Convert.ToHexStringLower(Digest);
        string text = string.Join('\n', binary.Entries.Select((entry, i) => $"10 {Convert.ToHexStringLower(entry.TemplateDigest.Span)} {entry.Template} " + i switch
        {
            0 => $"{Convert.ToHexStringLower(Old)} boot_aggregate",
            1 => $"sha256:{hex} /usr/bin/ä",
            2 => $"sha256:{hex} /s 0302",
            _ => $"sha256:{hex} /t ",
        })) + "\n";
        ImaLog read = ImaLog.TryParseText(Encoding.UTF8.GetBytes(text))!;
        Assert.Equal(binary.Entries.Select(entry => Convert.ToHexString(entry.TemplateData.Span)), read.Entries.Select(entry => Convert.ToHexString(entry.TemplateData.Span)));
        Assert.Equal(binary.Entries.Select(entry => entry.DigestText), read.Entries.Select(entry => entry.DigestText));
        foreach (string wrong in (string[])["\n" + text, text + "10", text.Replace("10 ", "24 ", StringComparison.Ordinal), text.Replace("0302", "030", StringComparison.Ordinal), text.Replace("sha256:", "", StringComparison.Ordinal), text.Replace("ima-sig", "ima-modsig", StringComparison.Ordinal)])
            Assert.Null(ImaLog.TryParseText(Encoding.UTF8.GetBytes(wrong)));
        Assert.Null(ImaLog.TryParseText([0xFF, 0xFE]));
    }

    [Fact]
    public void List_with_anything_wrong_in_it_is_malformed()
    {
        byte[] good = ImaMaker.Ng("/a", Digest);
        Assert.NotNull(ImaLog.TryParse(good));
        for (int size = 1; size < good.Length; size++) Assert.Null(ImaLog.TryParse(good.AsSpan(0, size)));
        Assert.Null(ImaLog.TryParse([.. good, 0]));
        Assert.Null(ImaLog.TryParse(ImaMaker.Ng("/a", Digest, pcr: 24)));
        Assert.Null(ImaLog.TryParse(ImaMaker.Ng("/a", Digest, template: "ima-new")));
        Assert.Null(ImaLog.TryParse(ImaMaker.Ng("/a", Digest, template: "n-ng|d-ng")));
        Assert.Null(ImaLog.TryParse(ImaMaker.Ng("/a", Digest, more: [[1]])));
        Assert.Null(ImaLog.TryParse(ImaMaker.Ng("/a\0b", Digest)));
        Assert.Null(ImaLog.TryParse(ImaMaker.Ng("/a", Digest, hash: "ima:sha256")));
        Assert.Null(ImaLog.TryParse(ImaMaker.Ng("/a", Digest, template: "ima-ngv2")));
        Assert.Null(ImaLog.TryParse(ImaMaker.Entry(10, "ima-ng", Digest, "/a\0"u8.ToArray())));
        Assert.Null(ImaLog.TryParse(ImaMaker.Entry(10, "ima-ng", ImaMaker.Prefix("sha256", Digest), "/a"u8.ToArray())));
        Assert.Null(ImaLog.TryParse(ImaMaker.Original(new string('a', 256), Old)));
        Assert.NotNull(ImaLog.TryParse(ImaMaker.Original(new string('a', 255), Old)));
        Assert.Null(ImaLog.TryParse(good, TpmAlgorithm.Sha256));
        Assert.Null(ImaLog.TryParse(good, TpmAlgorithm.Null));
    }
}
