using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Node.Tests;

/// <summary>One network for all tests of the collection: they run one after another, and its executors can be made to misbehave.</summary>
/// <remarks><c>ERRAND_TEST_LEDGER=served</c> or <c>evm</c> puts it over another ledger.</remarks>
public sealed class SharedNetwork : IAsyncLifetime
{
    private readonly Dictionary<string, SwitchableTee> _tees = [];
    private readonly Dictionary<string, SwitchableLauncher> _launchers = [];
    private AssetId? _data;
    private AssetId? _app;
    private AssetId? _cheat;

    internal RunningNetwork Running { get; private set; } = null!;

    internal LogBook Log { get; } = new();

    internal IReadOnlyCollection<SwitchableTee> Tees => _tees.Values;

    internal IReadOnlyCollection<SwitchableLauncher> Launchers => _launchers.Values;

    internal IEnumerable<(SwitchableTee Tee, SwitchableLauncher Launcher)> Executors => _tees.Select(tee => (tee.Value, _launchers[tee.Key]));

    public async ValueTask InitializeAsync() => Running = await RunningNetwork.StartAsync(Log, options => options with
    {
        Ledger = Environment.GetEnvironmentVariable("ERRAND_TEST_LEDGER") is { Length: > 0 } name ? Enum.Parse<DevelopmentLedgerKind>(name, ignoreCase: true) : null,
        BlockTime = TimeSpan.FromSeconds(0.1),
        // On a chain entries take longer: windows that are longer for that reason stay so.
        Times = times => times with
        {
            ClaimMilliseconds = Math.Max(300, times.ClaimMilliseconds),
            EvidenceMilliseconds = times.EvidenceMilliseconds - 14_000,
            ReleaseMilliseconds = 8_000,
            RunMilliseconds = 60_000,
            PauseEpochs = 1,
        },
        Tee = (name, tee) => _tees[name] = new SwitchableTee(tee),
        Launcher = (name, launcher) => _launchers[name] = new SwitchableLauncher(launcher),
    });

    public ValueTask DisposeAsync()
    {
        if (Environment.GetEnvironmentVariable("ERRAND_TEST_LOG") is { Length: > 0 } file) File.WriteAllText(file, Log.Text);
        return Running.DisposeAsync();
    }

    /// <summary>The network with all executors behaving.</summary>
    internal async Task<RunningNetwork> HealthyAsync()
    {
        foreach (SwitchableTee tee in _tees.Values) tee.Bad = null;
        foreach (SwitchableLauncher launcher in _launchers.Values) launcher.Heal();
        await Running.UntilAsync(state => state.OpenTasks.Count == 0 && state.Nodes.Values.All(node => node.PausedUntilEpoch <= state.Clock.Epoch
            && node.IsActive && node.Proven && node.KeyAt(state.Clock.Epoch) is not null));
        return Running;
    }

    internal async Task<AssetId> DataAsync() => _data ??= await Running.PublishAsync("hospital", AssetKind.Data, Samples.BreastCancer, "hospital-campus", Samples.Policy("data"));

    internal async Task<AssetId> AppAsync() => _app ??= await Running.PublishAsync("lab", AssetKind.App, Samples.LogisticRegression, "", Samples.Policy("app"));

    internal async Task<AssetId> CheatAsync() => _cheat ??= await Running.PublishAsync("lab", AssetKind.App, Samples.Cheat, "", Samples.Policy("app"));
}
