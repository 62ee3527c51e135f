using Errand.Node;
using Errand.Platform;

namespace Errand.Cli;

/// <summary>Which TPMs the demonstration's machines have where nobody said it: swtpm where it is installed.</summary>
internal static class DemoTpm
{
    // Of all nodes the one with the longest path.
    private const string LongestName = "executor-1", FolderName = "tpm";

    /// <summary>The kind for a new network; null for one that has its own already.</summary>
    public static DevelopmentTpmKind? Choose(DevelopmentFolder folder)
    {
        if (File.Exists(folder.Genesis)) return null;
        return SwtpmTools.AreInstalled && SwtpmMachine.CanRunIn(Path.Combine(folder.Node(LongestName), FolderName)) ? DevelopmentTpmKind.Swtpm : DevelopmentTpmKind.Process;
    }

    /// <summary>What they are, for people.</summary>
    public static string Describe(DevelopmentTpmKind kind) => kind == DevelopmentTpmKind.Swtpm
        ? "swtpm: a software TPM for each node, each a process of its own, with a measured boot"
        : "in this process; with the Debian packages swtpm and swtpm-tools each node has a software TPM of its own";
}
