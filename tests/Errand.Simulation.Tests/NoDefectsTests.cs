using Errand.Protocol;

namespace Errand.Simulation.Tests;

/// <summary>The switches of planted defects are in the copies of one test project alone.</summary>
public sealed class NoDefectsTests
{
    [Fact]
    public void What_is_built_for_use_has_no_switches()
    {
        foreach (Type known in new[] { typeof(Simulator), typeof(NetworkState) })
            Assert.DoesNotContain(known.Assembly.GetTypes(), type => type.Name.StartsWith("Planted", StringComparison.Ordinal));
    }
}
