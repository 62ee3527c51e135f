namespace Errand.Cli;

/// <summary>What must be said before anything else.</summary>
internal static class Flags
{
    public const string Development = "DEVELOPMENT NETWORK: its evidence ends at development roots and protects nothing.";
}
