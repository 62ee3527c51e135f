using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Errand.Attestation;
using Errand.Platform;

namespace Errand.Benchmarks;

/// <summary>What a live TPM costs a node (swtpm, keys of both kinds), and what a Proof of Trust costs a verifier of it.</summary>
internal static class TpmRunner
{
    private static readonly PcrSet Pcrs = DevelopmentTpm.MeasuredPcrs;

    public static async Task<int> RunAsync(string[] arguments)
    {
        int count = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 200;
        if (!SwtpmTools.AreInstalled)
        {
            Console.WriteLine("not measured: swtpm is not installed");
            return 1;
        }
        string folder = Directory.CreateTempSubdirectory("errand-tpm").FullName;
        try
        {
            await MeasureAsync(folder, count);
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task MeasureAsync(string folder, int count)
    {
        string At(string name) => Path.Combine(folder, name);
        var authority = new SwtpmAuthority(At("authority"));
        SwtpmMachine? machine = null;
        // The first also makes the authority, so the second is what a node pays.
        await using (await SwtpmMachine.StartAsync(At("0"), authority, new DevelopmentBoot(), TimeProvider.System, CancellationToken.None))
            await OnceAsync("manufacture and boot of a swtpm", async () => machine = await SwtpmMachine.StartAsync(At("1"), authority, new DevelopmentBoot(), TimeProvider.System, CancellationToken.None));
        await using (machine)
        {
            LiveTpmOptions options = new() { AttestationKeyFile = At("ak"), EventLogFile = machine!.EventLogFile, IssuerCertificates = authority.Certificates };
            byte[] nonce = SHA256.HashData("nonce"u8), seeds = RandomNumberGenerator.GetBytes(64);
            await OnceAsync("enrolment: keys, attestation key, evidence, seeds sealed and opened", async () =>
            {
                await using LiveTpm enrolled = await OpenAsync(machine, options);
                await enrolled.CollectAsync(nonce, Pcrs, CancellationToken.None);
                await SealedNodeKeys.SealAsync(enrolled, seeds, SealedNodeKeys.DefaultPcrs, At("keys"), CancellationToken.None);
            });
            await OnceAsync("start of an enrolled node: keys loaded, seeds opened", async () =>
            {
                await using LiveTpm started = await OpenAsync(machine, options);
                CryptographicOperations.ZeroMemory(await SealedNodeKeys.TryUnsealAsync(started, At("keys"), CancellationToken.None));
            });
            await using LiveTpm tpm = await OpenAsync(machine, options);
            await ManyAsync("quote of nine PCRs, with their values", count, async () => await tpm.QuoteAsync(nonce, Pcrs, CancellationToken.None));
            CredentialChallenge challenge = MakeCredential.Create(tpm.EkPublic, tpm.AkPublic.Name, nonce)!;
            await ManyAsync("challenge answered (RSA endorsement key)", count, async () => await tpm.ActivateCredentialAsync(challenge, CancellationToken.None));
            await MeasureVerifierAsync(await tpm.CollectAsync(nonce, Pcrs, CancellationToken.None), authority, nonce, count);
        }
    }

    private static async Task MeasureVerifierAsync(PlatformEvidence evidence, SwtpmAuthority authority, byte[] nonce, int count)
    {
        var policy = new PlatformPolicy
        {
            Roots = TrustedRoots.None.DangerousPinDevelopmentRoot(RootClass.TpmHardware, "swtpm", authority.RootDigest),
            RootClasses = [RootClass.TpmHardware],
            EkTemplates = new Dictionary<TpmVendor, EkTemplate> { [SwtpmAuthority.Vendor] = SwtpmAuthority.Template },
            RequiredPcrs = Pcrs,
            Nonce = nonce,
            ExpiredNonces = [],
            Class = PlatformClass.Identity,
            References = [],
            RequireSecureBoot = true,
            RequireIma = false,
            Ima = null,
            DeniedTpms = [],
        };
        byte[] encoded = evidence.Encode();
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        await ManyAsync($"verifier: evidence of {encoded.Length:N0} bytes parsed, verified, appraised", count, () =>
        {
            if (!PlatformEvidence.TryParse(encoded, out PlatformEvidence? parsed) || !PlatformAppraiser.Appraise(parsed, policy, now).Result.Accepted) throw new InvalidOperationException("Good evidence is rejected.");
            return Task.CompletedTask;
        });
        TpmtPublic ek = TpmtPublic.TryParse(evidence.EkPublic.Span)!, ak = TpmtPublic.TryParse(evidence.AkPublic.Span)!;
        await ManyAsync("verifier: challenge made", count, () => Task.FromResult(MakeCredential.Create(ek, ak.Name, nonce)));
    }

    private static Task<LiveTpm> OpenAsync(SwtpmMachine machine, LiveTpmOptions options) => LiveTpm.OpenAsync(machine.Tpm, options, TimeProvider.System, CancellationToken.None);

    private static async Task OnceAsync(string what, Func<Task> work)
    {
        long begun = Stopwatch.GetTimestamp();
        await work();
        Print(what, Stopwatch.GetElapsedTime(begun).TotalMilliseconds, null);
    }

    private static async Task ManyAsync(string what, int count, Func<Task> work)
    {
        for (int i = 0; i < 5; i++) await work();
        var times = new double[count];
        for (int i = 0; i < count; i++)
        {
            long begun = Stopwatch.GetTimestamp();
            await work();
            times[i] = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
        }
        Array.Sort(times);
        Print(what, times[count / 2], times[count * 95 / 100]);
    }

    private static void Print(string what, double median, double? slow) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{what,-72} {median,9:0.00} ms{(slow is { } most ? $"   95 % under {most:0.00} ms" : "   once")}"));
}
