using System.Buffers.Binary;
using System.Diagnostics;
using System.Security.Cryptography;
using Errand.Attestation;

namespace Errand.Platform.Tests;

/// <summary>tpm2-tools judges what the development TPM makes, and makes what it must answer.</summary>
public sealed class TpmToolsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("errand-tpm").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Quote_is_accepted_by_tpm2_checkquote()
    {
        using DevelopmentTpm tpm = DevelopmentTpm.Create(Vendors.Genoa, TimeProvider.System);
        byte[] nonce = SHA256.HashData("nonce"u8);
        TpmQuote quote = tpm.Quote(nonce, DevelopmentTpm.MeasuredPcrs);
        string[] arguments =
        [
            "-u", Write("ak.pub", tpm.AkPublic.ToSized()), "-m", Write("quote.msg", quote.Attest.ToArray()), "-s", Write("quote.sig", quote.Signature.ToArray()),
            "-f", Write("quote.pcrs", PcrFile.Write(quote.Pcrs)), "-g", "sha256", "-q",
        ];
        Assert.Equal(0, await Run("tpm2_checkquote", [.. arguments, Convert.ToHexStringLower(nonce)]));
        Assert.NotEqual(0, await Run("tpm2_checkquote", [.. arguments, Convert.ToHexStringLower(SHA256.HashData(nonce))]));
    }

    [Theory]
    [InlineData(EkTemplate.EccL2)]
    [InlineData(EkTemplate.RsaL1)]
    public async Task Challenge_of_tpm2_makecredential_is_answered(EkTemplate template)
    {
        using DevelopmentTpm tpm = DevelopmentTpm.Create(Vendors.Genoa, TimeProvider.System, template);
        byte[] secret = SHA256.HashData("secret"u8);
        string output = Path.Combine(_folder, "credential");
        int exit = await Run("tpm2_makecredential",
            ["-T", "none", "-u", Write("ek.pub", tpm.EkPublic.ToSized()), "-s", Write("secret", secret), "-n", Convert.ToHexStringLower(tpm.AkPublic.Name), "-o", output]);
        Assert.Equal(0, exit);
        // Magic, version, TPM2B_ID_OBJECT, TPM2B_ENCRYPTED_SECRET.
        byte[] file = await File.ReadAllBytesAsync(output);
        Assert.Equal(0xBADCC0DEu, BinaryPrimitives.ReadUInt32BigEndian(file));
        Assert.Equal(secret, tpm.ActivateCredential(ReadChallenge(file)));
    }

    [Fact]
    public void Challenge_whose_point_leaves_a_leading_zero_out_is_answered()
    {
        using DevelopmentTpm tpm = DevelopmentTpm.Create(Vendors.Genoa, TimeProvider.System);
        byte[] secret = SHA256.HashData("secret"u8);
        for (int tries = 0; tries < 10_000; tries++)
        {
            // TPMS_ECC_POINT: x and y of 32 bytes, each after its size.
            CredentialChallenge challenge = MakeCredential.Create(tpm.EkPublic, tpm.AkPublic.Name, secret)!;
            byte[] point = challenge.EncryptedSecret.ToArray();
            if (point[36] != 0) continue;
            byte[] shorter = [.. point[..34], 0, 31, .. point[37..]];
            Assert.Equal(secret, tpm.ActivateCredential(challenge with { EncryptedSecret = shorter }));
            return;
        }
        Assert.Fail("No point with a leading zero in 10,000 tries.");
    }

    private static CredentialChallenge ReadChallenge(byte[] file)
    {
        var reader = new TpmReader(file.AsSpan(8));
        byte[] blob = reader.Sized(1024).ToArray();
        byte[] secret = reader.Sized(1024).ToArray();
        Assert.True(reader.AtEnd);
        return new CredentialChallenge(blob, secret);
    }

    private string Write(string name, byte[] bytes)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private static async Task<int> Run(string tool, string[] arguments)
    {
        string? path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, tool)).FirstOrDefault(File.Exists);
        Assert.SkipWhen(path is null, $"{tool} is not installed (Debian package tpm2-tools).");
        using Process process = Process.Start(new ProcessStartInfo(path!, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        await Task.WhenAll(output, errors, process.WaitForExitAsync());
        TestContext.Current.TestOutputHelper?.WriteLine(await output + await errors);
        return process.ExitCode;
    }
}
