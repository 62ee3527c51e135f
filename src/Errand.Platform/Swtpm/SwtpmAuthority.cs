using System.Security.Cryptography;
using Errand.Attestation;
using Errand.Primitives;
using Errand.Tpm;

namespace Errand.Platform;

/// <summary>
/// The certificate authority with which swtpm_setup certifies the endorsement keys of software TPMs (swtpm_localca), in a folder of its own. Its
/// root is a development root: a software TPM protects nothing from whoever runs it.
/// </summary>
/// <param name="folder">Where keys and certificates lie; for its user only.</param>
public sealed class SwtpmAuthority(string folder)
{
    private const string RootFile = "swtpm-localca-rootca-cert.pem", IssuerFile = "issuercert.pem";

    private readonly string _folder = Path.GetFullPath(folder);
    private readonly Lock _writing = new();
    private string? _configuration;

    /// <summary>The manufacturer in swtpm's EK certificates: IBM's number.</summary>
    public static TpmVendor Vendor { get; } = new(0x0000_1014);

    /// <summary>The template that swtpm_setup certifies: RSA 2048. (Its other key is on P-384, of a template that networks do not take.)</summary>
    public static EkTemplate Template => EkTemplate.RsaL1;

    /// <summary>Root and intermediate, DER; there once a TPM was manufactured.</summary>
    /// <exception cref="IOException">They are not there, or unreadable.</exception>
    public IReadOnlyList<ReadOnlyMemory<byte>> Certificates => [ReadCertificate(IssuerFile), ReadCertificate(RootFile)];

    /// <summary>What a development genesis pins: SHA-256 of the root's SubjectPublicKeyInfo.</summary>
    public Bytes32 RootDigest => (Certificate.TryParse(ReadCertificate(RootFile)) ?? throw new IOException($"{_folder}/{RootFile} is no certificate.")).SpkiDigest;

    /// <summary>Manufactures a software TPM in an empty folder: seeds, endorsement keys, their certificates, a SHA-256 bank.</summary>
    /// <exception cref="TpmException">swtpm's programs are missing or failed.</exception>
    public async Task ManufactureAsync(string stateFolder, CancellationToken cancellation)
    {
        string setup = WriteConfiguration();
        CreatePrivateFolder(stateFolder);
        await SwtpmTools.RunAsync("swtpm_setup",
            ["--tpm2", "--tpmstate", stateFolder, "--create-ek-cert", "--pcr-banks", "sha256", "--config", setup, "--overwrite"], cancellation).ConfigureAwait(false);
    }

    /// <summary>Certifies an endorsement key on P-256, which swtpm_setup does not do by itself: the certificate in DER.</summary>
    internal async Task<byte[]> CertifyAsync(TpmtPublic eccKey, CancellationToken cancellation)
    {
        WriteConfiguration();
        string output = Directory.CreateTempSubdirectory("errand-ek").FullName;
        try
        {
            string key = $"x={Convert.ToHexStringLower(eccKey.UniqueFirst.Span)},y={Convert.ToHexStringLower(eccKey.UniqueSecond.Span)},id=secp256r1";
            await SwtpmTools.RunAsync("swtpm_localca",
            [
                "--type", "ek", "--ek", key, "--dir", output, "--tpm-spec-family", "2.0", "--tpm-spec-level", "0", "--tpm-spec-revision", "164", "--tpm-manufacturer", "id:00001014",
                "--tpm-model", "swtpm", "--tpm-version", "id:20191023", "--tpm2", "--configfile", Path.Combine(_folder, "localca.conf"), "--optsfile", Path.Combine(_folder, "localca.options"),
            ], cancellation).ConfigureAwait(false);
            return await File.ReadAllBytesAsync(Path.Combine(output, "ek.cert"), cancellation).ConfigureAwait(false);
        }
        finally
        {
            Directory.Delete(output, recursive: true);
        }
    }

    internal static void CreatePrivateFolder(string path)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    // Everything within the folder: the machine's own authority in /var/lib and its configuration stay untouched.
    private string WriteConfiguration()
    {
        lock (_writing)
        {
            if (_configuration is null) _configuration = WriteConfigurationNeedsLock();
            return _configuration;
        }
    }

    private string WriteConfigurationNeedsLock()
    {
        CreatePrivateFolder(_folder);
        string At(string name) => Path.Combine(_folder, name);
        File.WriteAllText(At("localca.conf"), $"statedir = {_folder}\nsigningkey = {At("signkey.pem")}\nissuercert = {At(IssuerFile)}\ncertserial = {At("certserial")}\n");
        File.WriteAllText(At("localca.options"), "--platform-manufacturer Errand\n--platform-version 1\n--platform-model development\n");
        File.WriteAllText(At("setup.conf"),
            $"create_certs_tool = {SwtpmTools.Find("swtpm_localca")}\ncreate_certs_tool_config = {At("localca.conf")}\ncreate_certs_tool_options = {At("localca.options")}\n");
        return At("setup.conf");
    }

    private ReadOnlyMemory<byte> ReadCertificate(string name)
    {
        string text = File.ReadAllText(Path.Combine(_folder, name));
        return PemEncoding.TryFind(text, out PemFields fields) && text[fields.Label] == "CERTIFICATE"
            ? Convert.FromBase64String(text[fields.Base64Data])
            : throw new IOException($"{_folder}/{name} is no PEM certificate.");
    }
}
