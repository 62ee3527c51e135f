using System.Text.Json;
using Errand.Attestation.Tests;
using Errand.Client;
using Errand.Enclave;
using Errand.Node;
using Errand.Node.Tests;
using Errand.Protocol;
using Microsoft.Extensions.Logging.Abstractions;

namespace Errand.Cli.Tests;

/// <summary>A network's first document from the command line.</summary>
public sealed class GenesisCommandTests : IDisposable
{
    private readonly CliFolder _cli = new();

    public void Dispose() => _cli.Dispose();

    private async Task<Genesis> PrepareAsync()
    {
        using var passphrase = new Passphrase("correct horse");
        var options = new DevelopmentNetworkOptions { Folder = _cli.In("net"), Passphrase = passphrase, Verifiers = 3, Executors = 1, VendorState = TestVendor.State };
        await DevelopmentNetwork.PrepareAsync(options, NullLoggerFactory.Instance, TimeProvider.System);
        File.Copy(new DevelopmentFolder(_cli.In("net")).Genesis, _cli.In("genesis.cbor"));
        Assert.Equal(GenesisError.None, Genesis.TryDecode(File.ReadAllBytes(_cli.In("genesis.cbor")), out Genesis? genesis));
        return genesis!;
    }

    [Fact]
    public async Task What_show_prints_makes_the_same_document_and_a_change_another_network()
    {
        Genesis genesis = await PrepareAsync();
        string shown = _cli.Run("genesis", "show", "genesis.cbor").Output;
        _cli.Write("mine.json", shown);
        JsonElement made = await _cli.JsonAsync("genesis", "make", "mine.json", "-o", "again.cbor");
        Assert.Equal(genesis.NetworkId().ToString(), made.GetProperty("network").GetString());
        Assert.Equal(File.ReadAllBytes(_cli.In("genesis.cbor")), File.ReadAllBytes(_cli.In("again.cbor")));
        Assert.Contains("[file/exists]", _cli.Run("genesis", "make", "mine.json", "-o", "again.cbor").Error, StringComparison.Ordinal);

        _cli.Write("other.json", shown.Replace("\"name\": \"development\"", "\"name\": \"another\"", StringComparison.Ordinal));
        JsonElement other = await _cli.JsonAsync("genesis", "make", "other.json", "-o", "other.cbor");
        Assert.NotEqual(genesis.NetworkId().ToString(), other.GetProperty("network").GetString());

        // A floor that no software reads would stop every verifier, at once and for ever.
        string unreadable = shown.Replace("\"floors\": [", "\"floors\": [ { \"tee\": \"tdx\", \"tuple\": \"80\" },", StringComparison.Ordinal);
        Assert.NotEqual(shown, unreadable);
        CliResult stopped = _cli.Run("genesis", "make", _cli.Write("unreadable.json", unreadable), "-o", "none.cbor");
        Assert.Equal(1, stopped.Exit);
        Assert.Contains("firmware floor that this software does not know", stopped.Error, StringComparison.Ordinal);
        Assert.Contains("[genesis/file]", stopped.Error, StringComparison.Ordinal);

        CliResult wrong = _cli.Run("genesis", "make", _cli.Write("wrong.json", "{}"), "-o", "none.cbor");
        Assert.Equal(1, wrong.Exit);
        Assert.Contains("[genesis/file]", wrong.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_cli.In("none.cbor")));
        Assert.Contains("[file/missing]", _cli.Run("genesis", "make", "nowhere.json").Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_signed_image_measure_adds_its_reference_values_under_its_key_alone()
    {
        Genesis genesis = await PrepareAsync();
        _cli.Write("mine.json", _cli.Run("genesis", "show", "genesis.cbor").Output);
        Directory.CreateDirectory(_cli.In("image"));
        File.WriteAllBytes(_cli.In("image/" + VmImage.KernelName), PeFile.Make(signature: 64));
        File.WriteAllBytes(_cli.In("image/" + VmImage.InitrdName), [1, 2, 3]);
        File.WriteAllText(_cli.In("image/" + VmImage.CommandLineName), "quiet");
        File.WriteAllBytes(_cli.In("OVMF.fd"), FirmwareImage.Sev().Make());
        _cli.Run("keys", "new");
        CliResult measured = _cli.Run("image", "measure", "--image", "image", "--snp-firmware", "OVMF.fd", "--sign", "example.org/images");
        Assert.True(measured.Exit == 0, measured.Error);
        _cli.Write("image.note", measured.Output);
        string key = measured.Error.Split("key", 2)[1].Trim().Split('\n')[0].Trim();

        JsonElement made = await _cli.JsonAsync("genesis", "make", "mine.json", "-o", "with.cbor", "--image", "image.note", "--image-key", key);
        Assert.Equal(GenesisError.None, Genesis.TryDecode(File.ReadAllBytes(_cli.In("with.cbor")), out Genesis? with));
        Assert.Equal(with!.NetworkId().ToString(), made.GetProperty("network").GetString());
        // One for each generation of processors.
        Assert.Equal(genesis.ReferenceValues.Length + 3, with.ReferenceValues.Length);
        Assert.NotNull(new NetworkPolicy(with));

        CliResult Make(params string[] more) => _cli.Run(["genesis", "make", "mine.json", "-o", "no.cbor", .. more]);
        Assert.Contains("[cli/usage]", Make("--image", "image.note").Error, StringComparison.Ordinal);
        _cli.Write("changed.note", measured.Output.Replace("quiet", "loud!", StringComparison.Ordinal));
        Assert.Contains("not signed by a key", Make("--image", "changed.note", "--image-key", key).Error, StringComparison.Ordinal);
        _cli.Run("keys", "new", "--keys", "others");
        string another = _cli.Run("image", "measure", "--image", "image", "--snp-firmware", "OVMF.fd", "--sign", "example.org/images", "--keys", "others").Error.Split("key", 2)[1].Trim().Split('\n')[0].Trim();
        Assert.NotEqual(key, another);
        Assert.Contains("not signed by a key", Make("--image", "image.note", "--image-key", another).Error, StringComparison.Ordinal);
        _cli.Write("bare.note", _cli.Run("image", "measure", "--image", "image", "--sign", "example.org/images").Output);
        Assert.Contains("[genesis/file]", Make("--image", "bare.note", "--image-key", key).Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_cli.In("no.cbor")));
    }
}
