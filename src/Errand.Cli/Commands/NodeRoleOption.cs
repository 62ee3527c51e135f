using System.CommandLine;
using Errand.Protocol;

namespace Errand.Cli;

/// <summary><c>--role</c>: what a node does.</summary>
internal static class NodeRoleOption
{
    private const string Verifier = "verifier", Executor = "executor";

    public static Option<string> Create()
    {
        var option = new Option<string>("--role") { Description = "What the node does: verifier or executor.", HelpName = "ROLE", Required = true };
        option.AcceptOnlyFromAmong(Verifier, Executor);
        return option;
    }

    public static NodeRoles Parse(string name) => name switch
    {
        Verifier => NodeRoles.Verifier,
        Executor => NodeRoles.Executor,
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };
}
