using Errand.Protocol;

namespace Errand.Client;

/// <summary>The one map from deny reasons to stable codes and sentences for people.</summary>
public static class DenyReasons
{
    /// <summary>The stable code, as in <c>deny/accept-budget</c> without the prefix.</summary>
    public static string Code(this DenyReason reason) => Describe(reason).Code;

    /// <summary>What happened and what to do.</summary>
    public static string Sentence(this DenyReason reason) => Describe(reason).Sentence;

    private static (string Code, string Sentence) Describe(DenyReason reason) => reason switch
    {
        DenyReason.Asset => ("asset", "The policy does not allow these assets together. Ask the owner which app and data go with this one."),
        DenyReason.Requester => ("requester", "The policy does not allow this requester. Ask the owner to list your key."),
        DenyReason.Recipient => ("recipient", "The policy does not allow one of the result's recipients. Ask the owner to list its key."),
        DenyReason.Arguments => ("arguments", "The policy does not allow these arguments. Use one of the lists the owner has agreed to."),
        DenyReason.AcceptBudget => ("accept-budget", "The policy's accepts for this app are used up. The owner must reseal the asset and publish it again."),
        DenyReason.TotalBudget => ("total-budget", "The policy's accepts for all apps are used up. The owner must reseal the asset and publish it again."),
        DenyReason.ReleaseBudget => ("release-budget", "The policy's releases are used up. The owner must reseal the asset and publish it again."),
        DenyReason.EligibleSet => ("eligible-set", "Fewer executors fit the task than the policy demands. Wait for more, or ask for another TEE kind."),
        DenyReason.OutputLimit => ("output-limit", "The task asks for more output or log, or for less padding, than the policy allows. Submit it with the policy's limits."),
        DenyReason.ClockSkew => ("clock-skew", "The ledger's time and the broker's clock are too far apart. Set the clock, or wait for the ledger."),
        DenyReason.OwnAppraisal => ("own-appraisal", "The broker's own appraisal of the evidence failed, whatever the committee said."),
        DenyReason.ApprovalExpired => ("approval-expired", "The approval is older than the broker accepts. Submit the task again."),
        DenyReason.LedgerRolledBack => ("ledger-rolled-back", "The ledger does not extend what the broker has seen. Find out who took entries away."),
        DenyReason.NoQuorum => ("no-quorum", "The broker's own view does not hold a quorum of accepts for this evidence."),
        DenyReason.Stopped => ("stopped", "The owner has stopped the asset. Ask the owner."),
        DenyReason.OutputShape => ("output-shape", "The task does not carry the shape of output that the policy demands. Submit it with the owner's shape file: --shape NAME=FILE."),
        DenyReason.MeasurementWithdrawn => ("measurement-withdrawn", "The enclave's measurement is no longer a reference value. Submit the task again."),
        _ => throw new InvalidOperationException($"Unexpected deny reason {reason}."),
    };
}
