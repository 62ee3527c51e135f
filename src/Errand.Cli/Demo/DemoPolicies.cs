namespace Errand.Cli;

/// <summary>The owners' policies in the demonstration, as an owner would write them.</summary>
internal static class DemoPolicies
{
    public const string Data = """
        {
          "version": 1,
          "kind": "data",
          "apps": "any",              // a real owner lists the apps it has looked at
          "data": [],
          "requesters": "any",
          "recipients": "any",
          "arguments": "any",
          "secretArguments": false,
          "custody": "any",           // a real owner names executors or operators
          "minEligibleExecutors": 2,
          "accepts": 1000,
          "outputLimitBytes": 65536,
          "logLimitBytes": 0,
          "paddingBytes": 4096
        }
        """;

    public const string App = """
        {
          "version": 1,
          "kind": "app",
          "data": "any",
          "requesters": "any",
          "recipients": "any",
          "arguments": "any",
          "secretArguments": false,
          "custody": "any",
          "minEligibleExecutors": 2,
          "accepts": 1000,
          "outputLimitBytes": 65536,
          "logLimitBytes": 0,
          "paddingBytes": 4096
        }
        """;
}
