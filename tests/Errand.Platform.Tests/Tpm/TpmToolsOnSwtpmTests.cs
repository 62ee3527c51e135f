using System.Diagnostics;
using System.Security.Cryptography;
using Errand.Attestation;
using Errand.Tpm;

namespace Errand.Platform.Tests;

/// <summary>Our code and tpm2-tools on the same swtpm, each opening and checking what the other made.</summary>
public sealed class TpmToolsOnSwtpmTests(SwtpmFixture swtpm) : IClassFixture<SwtpmFixture>
{
    private static readonly PcrSet Pcrs = DevelopmentTpm.MeasuredPcrs;
    private static readonly string PcrArgument = $"sha256:{string.Join(',', Pcrs.Indices())}";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(EkTemplate.RsaL1, TpmAlgorithm.Rsa)]
    [InlineData(EkTemplate.RsaL1, TpmAlgorithm.Ecc)]
    [InlineData(EkTemplate.EccL2, TpmAlgorithm.Ecc)]
    public async Task Our_quote_is_accepted_by_tpm2_checkquote(EkTemplate template, TpmAlgorithm akType)
    {
        await using LiveTpm tpm = await OpenAsync(template, akType);
        byte[] nonce = RandomNumberGenerator.GetBytes(32);
        TpmQuote quote = await tpm.QuoteAsync(nonce, Pcrs, Cancellation);
        string[] arguments =
        [
            "-u", Write("our.pub", tpm.AkPublic.ToSized()), "-m", Write("our.msg", quote.Attest.ToArray()), "-s", Write("our.sig", quote.Signature.ToArray()),
            "-f", Write("our.pcrs", PcrFile.Write(quote.Pcrs)), "-g", "sha256", "-q",
        ];
        Assert.Equal(0, await RunAsync("tpm2_checkquote", [.. arguments, Convert.ToHexStringLower(nonce)]));
        nonce[0] ^= 1;
        Assert.NotEqual(0, await RunAsync("tpm2_checkquote", [.. arguments, Convert.ToHexStringLower(nonce)]));
    }

    [Theory]
    [InlineData("rsa", "rsa", "rsassa", "0x81010001")]
    [InlineData("ecc", "ecc", "ecdsa", null)]
    public async Task Quote_of_tpm2_quote_is_accepted_by_us(string ek, string ak, string scheme, string? persistentEk)
    {
        await MakeKeysAsync(ek, ak, scheme, persistentEk);
        byte[] nonce = RandomNumberGenerator.GetBytes(32);
        Assert.Equal(0, await RunAsync("tpm2_quote",
            ["-c", swtpm.At("their.ak.ctx"), "-l", PcrArgument, "-q", Convert.ToHexStringLower(nonce), "-m", swtpm.At("their.msg"), "-s", swtpm.At("their.sig"), "-o", swtpm.At("their.pcrs"), "-g", "sha256"]));
        await FlushAsync();
        TpmtPublic key = TpmtPublic.TryParseSized(Read("their.ak.pub"))!;
        PcrBank values = await new TpmClient(swtpm.Machine.Tpm, TimeProvider.System).ReadPcrsAsync(TpmAlgorithm.Sha256, Pcrs, Cancellation);
        QuoteVerification verified = QuoteVerifier.Verify(Read("their.msg"), Read("their.sig"), TpmKey.FromPublicArea(key)!, nonce, [values]);
        Assert.True(verified.Result.Accepted, verified.Result.FirstFailure?.ToString());
        Assert.Null(AttestationKeyRule.FindFault(key));
        nonce[0] ^= 1;
        Assert.Equal(AttestationReason.Nonce, QuoteVerifier.Verify(Read("their.msg"), Read("their.sig"), TpmKey.FromPublicArea(key)!, nonce, [values]).Result.Reason);
    }

    [Theory]
    [InlineData("rsa", "rsa", "rsassa", "0x81010001")]
    [InlineData("ecc", "ecc", "ecdsa", null)]
    public async Task Our_challenge_is_opened_by_tpm2_activatecredential(string ek, string ak, string scheme, string? persistentEk)
    {
        await MakeKeysAsync(ek, ak, scheme, persistentEk);
        byte[] secret = RandomNumberGenerator.GetBytes(32);
        TpmtPublic endorsementKey = TpmtPublic.TryParseSized(Read("their.ek.pub"))!;
        CredentialChallenge challenge = MakeCredential.Create(endorsementKey, TpmtPublic.TryParseSized(Read("their.ak.pub"))!.Name, secret)!;
        // tpm2-tools' file: magic and version, then TPM2B_ID_OBJECT and TPM2B_ENCRYPTED_SECRET.
        Write("our.challenge", new TpmWriter().UInt32(0xBADCC0DE).UInt32(1).Sized(challenge.CredentialBlob.Span).Sized(challenge.EncryptedSecret.Span).ToArray());
        await FlushAsync();
        Assert.Equal(0, await RunAsync("tpm2_startauthsession", ["--policy-session", "-S", swtpm.At("session")]));
        Assert.Equal(0, await RunAsync("tpm2_policysecret", ["-S", swtpm.At("session"), "-c", "e"]));
        Assert.Equal(0, await RunAsync("tpm2_activatecredential",
            ["-c", swtpm.At("their.ak.ctx"), "-C", persistentEk ?? swtpm.At("their.ek.ctx"), "-i", swtpm.At("our.challenge"), "-o", swtpm.At("their.secret"), "-P", $"session:{swtpm.At("session")}"]));
        Assert.Equal(0, await RunAsync("tpm2_flushcontext", [swtpm.At("session")]));
        await FlushAsync();
        Assert.Equal(secret, Read("their.secret"));
    }

    [Theory]
    [InlineData(EkTemplate.RsaL1)]
    [InlineData(EkTemplate.EccL2)]
    public async Task Challenge_of_tpm2_makecredential_is_opened_by_us(EkTemplate template)
    {
        await using LiveTpm tpm = await OpenAsync(template, TpmAlgorithm.Ecc);
        byte[] secret = RandomNumberGenerator.GetBytes(32);
        string file = swtpm.At("their.challenge");
        Assert.Equal(0, await RunAsync("tpm2_makecredential",
            ["-T", "none", "-u", Write("our.ek.pub", tpm.EkPublic.ToSized()), "-s", Write("our.secret", secret), "-n", Convert.ToHexStringLower(tpm.AkPublic.Name), "-o", file]));
        CredentialChallenge challenge = ReadChallenge(Read("their.challenge"));
        Assert.Equal(secret, await tpm.ActivateCredentialAsync(challenge, Cancellation));
    }

    [Fact]
    public async Task Ek_certificate_that_we_read_is_what_tpm2_nvread_reads()
    {
        Assert.Equal(0, await RunAsync("tpm2_nvread", ["0x01C00002", "-o", swtpm.At("their.cert")]));
        ReadOnlyMemory<byte>? ours = await EkCertificates.ReadAsync(new TpmClient(swtpm.Machine.Tpm, TimeProvider.System), EkTemplate.RsaL1, Cancellation);
        Assert.Equal(Read("their.cert")[..ours!.Value.Length], ours.Value.ToArray());
    }

    private Task<LiveTpm> OpenAsync(EkTemplate template, TpmAlgorithm akType) => LiveTpm.OpenAsync(swtpm.Machine.Tpm, swtpm.Options(template, akType), TimeProvider.System, Cancellation);

    // Keys as a person makes them with tpm2-tools, kept as contexts.
    private async Task MakeKeysAsync(string ek, string ak, string scheme, string? persistentEk)
    {
        await FlushAsync();
        if (persistentEk is null) Assert.Equal(0, await RunAsync("tpm2_createek", ["-c", swtpm.At("their.ek.ctx"), "-G", ek, "-u", swtpm.At("their.ek.pub")]));
        else Assert.Equal(0, await RunAsync("tpm2_readpublic", ["-c", persistentEk, "-o", swtpm.At("their.ek.pub")]));
        await FlushAsync();
        Assert.Equal(0, await RunAsync("tpm2_createak", ["-C", persistentEk ?? swtpm.At("their.ek.ctx"), "-c", swtpm.At("their.ak.ctx"), "-G", ak, "-g", "sha256", "-s", scheme, "-u", swtpm.At("their.ak.pub")]));
        await FlushAsync();
    }

    // There is no resource manager in between, and the tools leave what they load.
    private async Task FlushAsync()
    {
        Assert.Equal(0, await RunAsync("tpm2_flushcontext", ["-t"]));
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
        File.WriteAllBytes(swtpm.At(name), bytes);
        return swtpm.At(name);
    }

    private byte[] Read(string name) => File.ReadAllBytes(swtpm.At(name));

    private async Task<int> RunAsync(string tool, string[] arguments)
    {
        string? path = SwtpmTools.Find(tool);
        Assert.SkipWhen(path is null, $"{tool} is not installed (Debian package tpm2-tools).");
        var start = new ProcessStartInfo(path!, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["TPM2TOOLS_TCTI"] = $"swtpm:path={swtpm.Machine.Server}";
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(Cancellation);
        Task<string> errors = process.StandardError.ReadToEndAsync(Cancellation);
        await Task.WhenAll(output, errors, process.WaitForExitAsync(Cancellation));
        TestContext.Current.TestOutputHelper?.WriteLine($"{tool}: {await output}{await errors}");
        return process.ExitCode;
    }
}
