using System.Collections.Immutable;
using System.Globalization;
using Errand.Protocol;

namespace Errand.Client;

/// <summary>A policy in plain words: what it allows, and what of that is dangerous.</summary>
/// <param name="Allows">One sentence for each rule.</param>
/// <param name="Dangers">One sentence for each rule that gives more away than an owner may think; empty when there is none.</param>
public sealed record PolicyReview(ImmutableArray<string> Allows, ImmutableArray<string> Dangers)
{
    private const int AcceptsManyMin = 1000;

    /// <summary>Reviews a policy.</summary>
    public static PolicyReview Of(OwnerPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return new PolicyReview([.. Allowances(policy)], [.. Risks(policy)]);
    }

    private static IEnumerable<string> Allowances(OwnerPolicy policy)
    {
        bool app = policy.Kind == AssetKind.App;
        if (!app) yield return $"Apps that may run on this data: {Say(policy.Apps)}.";
        yield return app
            ? $"Data this app may run on: {Say(policy.Data)}."
            : $"Other data that may be in the same task: {Say(policy.Data)}.";
        yield return $"Requesters: {Say(policy.Requesters)}.";
        yield return $"Recipients of results: {Say(policy.Recipients)}.";
        yield return policy.Arguments.IsAny
            ? "Public arguments: any."
            : $"Public arguments: {Count(policy.Arguments.Lists.Length, "exact list")}.";
        yield return policy.SecretArguments ? "Secret arguments, which you cannot see: allowed." : "Secret arguments: not allowed.";
        yield return policy.Custody.Class switch
        {
            CustodyClass.Any => "Executors: any qualified one of the network.",
            CustodyClass.Operators => $"Executors: those of {Count(policy.Custody.Keys.Length, "named operator")}.",
            CustodyClass.Executors => $"Executors: {Count(policy.Custody.Keys.Length, "named one")}.",
            _ => throw new InvalidOperationException($"Unexpected custody class {policy.Custody.Class}."),
        };
        yield return $"At least {Count(policy.EligibleExecutorsMin, "executor")} must fit a task.";
        AssetBudget budget = policy.Budget;
        yield return $"Accepts in total: {Number(budget.Accepts)}.";
        if (budget.AcceptsPerApp < budget.Accepts) yield return $"Accepts for one app: {Number(budget.AcceptsPerApp)}.";
        if (budget.AcceptsPerAppAndEpoch < budget.AcceptsPerApp) yield return $"Accepts for one app in one epoch: {Number(budget.AcceptsPerAppAndEpoch)}.";
        if (budget.Releases < AssetBudget.Max) yield return $"Releases of the key in total: {Number(budget.Releases)}.";
        if (budget.ReleasesPerApp < AssetBudget.Max) yield return $"Releases of the key for one app: {Number(budget.ReleasesPerApp)}.";
        yield return $"Output of one task: at most {Number(policy.OutputBytesMax)} bytes, padded to a multiple of {Number(policy.PaddingBytes)}.";
        if (policy.Shape is { } shape)
            foreach (string sentence in ShapeReview.Of(shape)) yield return sentence;
        yield return policy.LogBytesMax == 0 ? "Log: none." : $"Log: at most {Number(policy.LogBytesMax)} bytes, sealed to the recipients.";
    }

    private static IEnumerable<string> Risks(OwnerPolicy policy)
    {
        bool app = policy.Kind == AssetKind.App;
        if (policy.Custody.Class == CustodyClass.Any)
            yield return "Any custody: whoever holds a qualified machine may get the key into its enclave, and a holder with a laboratory can attack the chip.";
        if (!app && policy.Apps.IsAny) yield return "Any app: an app may write all of the data into its output.";
        if (!app && policy.Apps.IsAny && policy.Shape is null) yield return "No shape: whatever an app writes leaves, as far as its size allows.";
        if (!app && policy.Data.IsAny) yield return "Any other data: a second asset can carry instructions that change what an allowed app computes.";
        if (policy.Recipients.IsAny) yield return "Any recipient: results go to whomever the requester names.";
        if (!app && policy.Requesters.IsAny) yield return "Any requester: anybody can use up your accepts.";
        if (!app && policy.Arguments.IsAny) yield return "Any arguments: a requester can ask the app for single records.";
        if (!app && policy.SecretArguments) yield return "Secret arguments: you will not know what was asked.";
        if (policy.EligibleExecutorsMin == 1 && policy.Custody.Class != CustodyClass.Executors)
            yield return "One fitting executor is enough: a requester can wait until only the one it wants is left.";
        if (!app && policy.Budget.Accepts >= AcceptsManyMin) yield return "Many accepts: each result tells a little, and little adds up.";
        if (!app && policy.PaddingBytes == 1) yield return "No padding: the size of a result tells something about the data.";
        if (!app && policy.LogBytesMax > 0) yield return "Logs: an app's messages may quote the data.";
    }

    private static string Say<T>(Allowed<T> allowed)
        where T : IEquatable<T>, IComparable<T> =>
        allowed.IsAny ? "any" : allowed.Items.IsEmpty ? "none" : $"{Number(allowed.Items.Length)} listed";

    private static string Count(long count, string noun) => count == 1 ? $"1 {noun}" : $"{Number(count)} {noun}s";

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
