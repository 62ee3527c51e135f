using Errand.Cryptography;
using Errand.Platform;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Node.Tests;

[Collection(NetworkSuite.Name)]
public sealed class TickPaceTests(SharedNetwork shared)
{
    [Fact]
    public async Task A_verifier_whose_clock_is_ahead_does_not_flood_the_ledger_with_ticks()
    {
        RunningNetwork network = await shared.HealthyAsync();
        Client.Identity self = network.Party("hasty");
        using SigningKey operatorKey = SigningKey.Generate();
        using DevelopmentVendor vendor = TestVendor.Open();
        using DevelopmentTpm tpm = DevelopmentTpm.Create(vendor, TimeProvider.System);
        using var http = new HttpClient();
        using var folder = new TemporaryFolder();
        var context = new NodeContext(network.State.Genesis, network.Ledger, new Ahead(TimeSpan.FromSeconds(30)), shared.Log);
        var profile = new NodeProfile(NodeRoles.Verifier, operatorKey.PublicKey, new byte[64], network.Address, "anywhere", "nowhere", TeeKind.None);
        long from = network.State.NextPosition, epoch = network.State.Clock.Epoch;
        await using (var hasty = new VerifierService("hasty", context, self, profile, new Machine(tpm, null), new ChallengeClient(http), folder.Path))
        {
            hasty.Start();
            // It has the whole ledger to fold first, which on a busy machine takes longer than five epochs.
            await network.UntilAsync(state => state.Clock.Epoch >= epoch + 5
                && network.History.Skip((int)from).Any(seen => seen.Result.Entry.Body is TickEntry && seen.Result.Entry.Signer == self.PublicKey));
        }
        ApplyResult[] ticks = [.. network.History.Skip((int)from).Select(seen => seen.Result).Where(result => result.Entry.Body is TickEntry && result.Entry.Signer == self.PublicKey)];
        Assert.NotEmpty(ticks);
        // One for each deadline it sees too early, and now and then a second.
        Assert.InRange(ticks.Length, 1, 4 * (network.State.Clock.Epoch - epoch + 1));
    }

    private sealed class Ahead(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + by;
    }
}
