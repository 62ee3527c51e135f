using System.Net;
using System.Net.Sockets;
using Errand.Attestation;
using Errand.Platform;
using Errand.Primitives;
using Errand.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Errand.Node.Tests;

[Collection(NetworkSuite.Name)]
public sealed class ChallengeFloodTests(SharedNetwork shared)
{
    [Fact]
    public async Task T_89_flood_of_challenges_is_rate_limited_and_members_are_still_answered()
    {
        RunningNetwork network = await shared.HealthyAsync();
        using DevelopmentVendor vendor = TestVendor.Open();
        using DevelopmentTpm tpm = DevelopmentTpm.Create(vendor, TimeProvider.System);
        OfferSnapshot offer = OfferOf(network, tpm);
        Assert.True(EvidenceAppraisal.OfOffer(offer, new NetworkPolicy(network.State.Genesis), out VerifiedPlatform? platform).Accepted);

        await using var nodes = new NodeDirectory();
        nodes.Add(new Responder(offer.Node, offer.CaseId, tpm));
        await using WebApplication app = await StartAsync(nodes);
        offer = offer with { Endpoint = $"{app.Urls.Single()}/nodes/{offer.Node}" };

        using HttpClient flooder = FromAnotherSource();
        using var stop = new CancellationTokenSource();
        int refused = 0, other = 0;
        var flooded = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        byte[] nonsense = new ChallengeMessage(offer.CaseId, new CredentialChallenge(new byte[40], new byte[40])).Encode();
        Task[] flood = [.. Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                using var body = new ByteArrayContent(nonsense);
                using HttpResponseMessage answer = await flooder.PostAsync(new Uri(offer.Endpoint + "/challenge"), body);
                await Task.Delay(1);
                if (answer.StatusCode != HttpStatusCode.TooManyRequests) Interlocked.Increment(ref other);
                else if (Interlocked.Increment(ref refused) == 100) flooded.TrySetResult();
            }
        }))];
        await flooded.Task.WaitAsync(TimeSpan.FromSeconds(30));
        using var http = new HttpClient();
        AttestationCheck[] members = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => new ChallengeClient(http).ChallengeAsync(offer, platform!, TimeSpan.FromSeconds(20), CancellationToken.None)));
        await stop.CancelAsync();
        await Task.WhenAll(flood);

        Assert.All(members, check => Assert.Equal(CheckOutcome.Passed, check.Outcome));
        Assert.True(refused > 100 && other > 0, $"{refused} refused, {other} answered otherwise.");
    }

    [Fact]
    public async Task T_89_flood_of_good_challenges_for_a_live_tpm_leaves_room_for_members_and_for_its_own_quotes()
    {
        Assert.SkipUnless(SwtpmTools.AreInstalled, "swtpm is not installed (Debian packages swtpm and swtpm-tools).");
        RunningNetwork network = await shared.HealthyAsync();
        using var folder = new TemporaryFolder();
        var authority = new SwtpmAuthority(Path.Combine(folder.Path, "ca"));
        await using SwtpmMachine machine = await SwtpmMachine.StartAsync(Path.Combine(folder.Path, "m"), authority, new DevelopmentBoot(), TimeProvider.System, CancellationToken.None);
        await using LiveTpm tpm = await LiveTpm.OpenAsync(machine.Tpm, new LiveTpmOptions { AttestationKeyFile = Path.Combine(folder.Path, "ak"), EventLogFile = machine.EventLogFile, IssuerCertificates = authority.Certificates }, TimeProvider.System, CancellationToken.None);
        PlatformEvidence evidence = await tpm.CollectAsync(new byte[32], PcrSet.Firmware, CancellationToken.None);
        VerifiedPlatform platform = PlatformVerifier.Verify(evidence, TrustedRoots.None.DangerousPinDevelopmentRoot(Attestation.RootClass.TpmHardware, "swtpm", authority.RootDigest), [Attestation.RootClass.TpmHardware], TimeProvider.System.GetUtcNow()).Platform!;
        using DevelopmentVendor vendor = TestVendor.Open();
        using DevelopmentTpm unused = DevelopmentTpm.Create(vendor, TimeProvider.System);
        OfferSnapshot offer = OfferOf(network, unused);

        await using var nodes = new NodeDirectory();
        nodes.Add(new Responder(offer.Node, offer.CaseId, tpm));
        await using WebApplication app = await StartAsync(nodes);
        offer = offer with { Endpoint = $"{app.Urls.Single()}/nodes/{offer.Node}" };
        // Each of these costs the TPM as much as a member's does.
        byte[] good = new ChallengeMessage(offer.CaseId, MakeCredential.Create(platform.EndorsementKey, platform.AttestationKey.Name, new byte[32])!).Encode();
        using HttpClient flooder = FromAnotherSource();
        using var stop = new CancellationTokenSource();
        int refused = 0, answered = 0;
        var flooded = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task[] flood = [.. Enumerable.Range(0, 16).Select(_ => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                using var body = new ByteArrayContent(good);
                using HttpResponseMessage answer = await flooder.PostAsync(new Uri(offer.Endpoint + "/challenge"), body);
                await Task.Delay(1);
                if (answer.StatusCode != HttpStatusCode.TooManyRequests) Interlocked.Increment(ref answered);
                else if (Interlocked.Increment(ref refused) == 100) flooded.TrySetResult();
            }
        }))];
        await flooded.Task.WaitAsync(TimeSpan.FromSeconds(60));
        using var http = new HttpClient();
        Task<AttestationCheck[]> members = Task.WhenAll(Enumerable.Range(0, 5).Select(_ => new ChallengeClient(http).ChallengeAsync(offer, platform, TimeSpan.FromSeconds(60), CancellationToken.None)));
        // No more than the places before it are waited for.
        await tpm.QuoteAsync(new byte[32], PcrSet.Firmware, CancellationToken.None).AsTask().WaitAsync(TimeSpan.FromSeconds(60));
        AttestationCheck[] checks = await members;
        await stop.CancelAsync();
        await Task.WhenAll(flood);
        Assert.All(checks, check => Assert.Equal(CheckOutcome.Passed, check.Outcome));
        Assert.True(refused >= 100 && answered > 0, $"{refused} refused, {answered} answered.");
    }

    [Fact]
    public async Task T_88_node_that_answers_wrongly_or_not_at_all_fails_with_no_answer()
    {
        RunningNetwork network = await shared.HealthyAsync();
        using DevelopmentVendor vendor = TestVendor.Open();
        using DevelopmentTpm tpm = DevelopmentTpm.Create(vendor, TimeProvider.System);
        using DevelopmentTpm other = DevelopmentTpm.Create(vendor, TimeProvider.System);
        OfferSnapshot offer = OfferOf(network, tpm);
        EvidenceAppraisal.OfOffer(offer, new NetworkPolicy(network.State.Genesis), out VerifiedPlatform? platform);
        await using var nodes = new NodeDirectory();
        nodes.Add(new Responder(offer.Node, offer.CaseId, other, wrong: [1, 2, 3]));
        await using WebApplication app = await StartAsync(nodes);
        using var http = new HttpClient();
        var client = new ChallengeClient(http);
        foreach (string endpoint in new[] { $"{app.Urls.Single()}/nodes/{offer.Node}", $"{app.Urls.Single()}/nodes/none", "http://127.0.0.1:1", "ftp://127.0.0.1", "no url" })
        {
            AttestationCheck check = await client.ChallengeAsync(offer with { Endpoint = endpoint }, platform!, TimeSpan.FromMilliseconds(300), CancellationToken.None);
            Assert.Equal((CheckOutcome.Failed, AttestationReason.NoAnswer), (check.Outcome, check.Reason));
        }
    }

    // An offer as a verifier's machine would make it, in the first epoch of the network.
    private static OfferSnapshot OfferOf(RunningNetwork network, DevelopmentTpm tpm)
    {
        NetworkState state = network.State;
        PublicKey node = network.Party("stranger").PublicKey;
        VrfPublicKey vrf = network.Party("stranger").VrfKey.PublicKey;
        Bytes32 randomness = state.Clock.Randomness.Randomness;
        Bytes32 caseId = OfferEntry.CaseId(state.Network, node, 1);
        Bytes32 nonce = OfferEntry.QuoteNonce(state.Network, node, vrf, caseId, default, randomness);
        var offer = new OfferEntry
        {
            Number = 1,
            EkId = OfferEntry.EkIdOf(state.Network, tpm.EkPublic.Encoded.Span),
            ChipId = null,
            Platform = tpm.Collect(nonce.ToArray(), PcrSet.Of([.. state.Genesis.Platform.RequiredPcrs])).Encode(),
            TeeReport = default,
            TeeEndorsements = default,
        };
        return new OfferSnapshot(state.Network, caseId, node, vrf, Protocol.TeeKind.None, "", offer, 0, [randomness], state.Clock.Milliseconds, state.Terms);
    }

    // A flood uses up what its own source may ask; members ask from theirs, 127.0.0.1.
    private static HttpClient FromAnotherSource() => new(new SocketsHttpHandler
    {
        ConnectCallback = async (context, cancellation) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.2"), 0));
                await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
    });

    private static async Task<WebApplication> StartAsync(NodeDirectory nodes)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        WebApplication app = builder.Build();
        NodeEndpoints.Map(app, nodes);
        await app.StartAsync();
        return app;
    }

    private sealed class Responder(PublicKey id, Bytes32 caseId, IAttestingTpm tpm, byte[]? wrong = null) : IChallengeResponder
    {
        public PublicKey Id => id;

        public async ValueTask<byte[]?> AnswerAsync(Bytes32 asked, CredentialChallenge challenge, CancellationToken cancellation) =>
            wrong ?? (asked == caseId ? await tpm.ActivateCredentialAsync(challenge, cancellation) : null);
    }
}
