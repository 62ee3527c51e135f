namespace Errand.Client;

/// <summary>The one map from client errors to stable codes and to advice for people.</summary>
public static class ClientErrors
{
    /// <summary>The stable code, as in <c>keystore/wrong-passphrase</c>.</summary>
    public static string Code(this ClientError error) => Describe(error).Code;

    /// <summary>What to do.</summary>
    public static string Advice(this ClientError error) => Describe(error).Advice;

    private static (string Code, string Advice) Describe(ClientError error) => error switch
    {
        ClientError.KeyStoreMissing => ("keystore/missing", "Make one with: errand keys new. Or name another folder with --keys."),
        ClientError.KeyStoreExists => ("keystore/exists", "Choose another folder, or move the old one away. Nothing was changed."),
        ClientError.KeyStoreVersion => ("keystore/version", "Use the version of this software that wrote it."),
        ClientError.KeyStoreDamaged => ("keystore/damaged", "Restore the folder from a copy."),
        ClientError.KeyStorePermissions => ("keystore/permissions", "Take the rights of group and others away: chmod 700 on the folder, 600 on its files."),
        ClientError.WrongPassphrase => ("keystore/wrong-passphrase", "Give the passphrase the key store was made with."),
        ClientError.WeakPassphrase => ("keystore/weak-passphrase", "Choose a passphrase of eight characters or more."),
        ClientError.NoPassphrase => ("keystore/no-passphrase", "Set ERRAND_PASSPHRASE, name a file with --passphrase-file, or run the command in a terminal."),
        ClientError.SecretExists => ("keystore/name-exists", "Nothing was overwritten. Choose another name or another key store."),
        ClientError.SecretMissing => ("keystore/name-missing", "Use the key store in which the secret was made."),
        ClientError.PolicyFile => ("policy/malformed", "Correct the file and check it with: errand policy check FILE."),
        ClientError.PolicyMismatch => ("policy/mismatch", "Use the policy file with which the asset was published."),
        ClientError.GenesisFile => ("genesis/file", "Correct the file; errand genesis show of any genesis is an example, and docs/protocol/genesis.md says what each part means."),
        ClientError.GovernanceFile => ("governance/file", "Correct the file; errand govern --help has examples, and docs/governance.md all kinds of change."),
        ClientError.FileMissing => ("file/missing", "Check the path."),
        ClientError.FileExists => ("file/exists", "Name another file, or remove this one. Nothing was overwritten."),
        ClientError.FileUnreadable => ("file/unreadable", "Check the path, the rights and the disk."),
        ClientError.DiskFull => ("file/disk-full", "Free space there, or raise the quota, and run the same command again."),
        ClientError.Folder => ("file/folder", "A sealed folder holds at most 65,536 regular files and empty folders, eight names deep. Move the rest away, or seal a copy without it."),
        ClientError.Sealed => ("file/not-sealed", "Use a file that errand has sealed, and a whole copy of it."),
        ClientError.NetworkUnknown => ("network/unknown", "Name it with --network URL, in ERRAND_NETWORK, or in a file .errand/network here or above."),
        ClientError.NetworkUnreachable => ("network/unreachable", "See that the network runs (errand devnet status) and that the URL is right."),
        ClientError.NetworkMismatch => ("network/mismatch", "Check the URL. If it is right, somebody shows you another network: do not go on."),
        ClientError.NetworkAnswer => ("network/answer", "The other side does not speak this protocol, or fails. Check the URL and its log."),
        ClientError.LedgerRefused => ("ledger/refused", "The ledger does not take the entry. Its own code and sentence say why."),
        ClientError.NetworkVersion => ("network/version", "Install the software of the network's rules version."),
        ClientError.StateNoQuorum => ("state/no-quorum", "Ask another host with --from, or do without: fold the ledger from its first entry."),
        ClientError.StateMissing => ("state/missing", "Try again: the host has newer ones by now. Or ask another with --from."),
        ClientError.StateDamaged => ("state/damaged", "Fetch it again, from another host. If that one gives the same, its verifiers have signed something else: tell the network's operators."),
        ClientError.StateUnproven => ("state/unproven", "Remove the folder of states, and the ledger is folded from its first entry; or read a host that serves proofs (errand ledger serve, errand ledger mirror)."),
        ClientError.LedgerTampered => ("ledger/tampered", "What the ledger shows contradicts what it has signed. Keep the evidence, tell the network's operators and do not go on."),
        ClientError.EntryRefused => ("entry/refused", "Change what the sentence names, then try again."),
        ClientError.Timeout => ("network/timeout", "The network goes on by itself. Look again later, or give more time with --timeout."),
        ClientError.UnknownTask => ("task/unknown", "Check the id and the network: errand task list shows what is there."),
        ClientError.UnknownAsset => ("asset/unknown", "Check the id and the network, or publish the asset first."),
        ClientError.TaskUnfinished => ("task/unfinished", "Wait for it: errand task watch ID."),
        ClientError.TaskNotCompleted => ("task/not-completed", "There is no result. errand task show ID says why."),
        ClientError.UnknownFault => ("fault/unknown", "Check the id and the network: errand fault list shows what is known. What was judged long ago is on the ledger alone."),
        ClientError.ResultUnavailable => ("result/unavailable", "Try again. Results are served for a limited time only."),
        ClientError.ResultMismatch => ("result/mismatch", "The bytes are not those that the receipt names. Fetch them again, and tell the executor's operator."),
        ClientError.NotARecipient => ("result/not-a-recipient", "Use the key store whose recipient key the task names."),
        ClientError.ResultMalformed => ("result/malformed", "The enclave sealed something this software does not read. Use the software of the network's version."),
        ClientError.Usage => ("cli/usage", "See the command's --help."),
        _ => throw new InvalidOperationException($"Unexpected client error {error}."),
    };
}
