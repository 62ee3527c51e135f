using System.Security.Cryptography;
using Errand.Attestation;
using Errand.Client;
using Errand.Platform;
using Errand.Primitives;
using Errand.Protocol;
using Errand.Tpm;

namespace Errand.Node;

/// <summary>
/// Makes a machine a node of a network: sees that the network would take it, makes its keys, seals them to its TPM, and writes its folder.
/// Nothing is on the ledger yet: <see cref="EnrolledNode"/> registers and offers.
/// </summary>
public static class NodeEnrolment
{
    /// <summary>Enrols this machine. The node's file is written last: a folder without it was cut off, and may be enrolled again.</summary>
    /// <exception cref="EnrolmentException">The network would not take it, or the folder holds a node; says what to do.</exception>
    /// <exception cref="TpmException">The TPM lacks what a node needs.</exception>
    /// <exception cref="ClientException">The network or the key store does not answer as it should.</exception>
    public static async Task<NodeFile> RunAsync(EnrolmentOptions options, TimeProvider time, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        NodeFolder folder = options.Folder;
        if (File.Exists(folder.File)) throw new EnrolmentException("enrol/exists", $"There is a node in {folder.Root}.", "Run it with errand node run, or enrol into another folder.");
        bool isConfidential = options.Machines is { Tee: not NodeMachines.Development };
        if (options.Role == NodeRoles.Executor && (options.DevelopmentTee is null == !isConfidential || options.DataFolder is null))
            throw new EnrolmentException("enrol/executor", "An executor needs one TEE and a folder of data.", "Name the folder of sealed data (--data), and either --tee sev-snp or tdx with --image and --firmware, or the folder of the development network that makes its processor (--development-tee).");
        ExecutorMachines? machines = options.Machines is null ? null : ExecutorMachines.Open(options.Machines);
        Directory.CreateDirectory(folder.Root);

        // 1. The network, and whether it admits the operator.
        using ErrandClient client = await ErrandClient.ConnectAsync(options.Network, options.Expected, time, cancellation).ConfigureAwait(false);
        await client.SyncAsync(cancellation).ConfigureAwait(false);
        RequirePlace(client.State, options);
        machines?.RequirePlace(client.State.Terms.Without(client.State.WithdrawnReferences));

        // 2. The machine, as a verifier of the network would judge it.
        NodeTpm tpm = await NodeTpm.OpenAsync(options.Tpm, folder.AttestationKey, time, cancellation).ConfigureAwait(false);
        await using (tpm.ConfigureAwait(false))
        {
            await RequireAcceptedAsync(tpm.Live, client.State, time, cancellation).ConfigureAwait(false);

            // 3. Its keys, sealed.
            byte[] seeds = TakeSeeds(options);
            try
            {
                using Identity identity = Identity.FromSeeds(seeds);
                RequireFree(client.State, tpm.Live, identity.PublicKey);
                await SealedNodeKeys.SealAsync(tpm.Live, seeds, SealedNodeKeys.DefaultPcrs, folder.SealedKeys, cancellation).ConfigureAwait(false);
                NodeFile file = Describe(options, client, identity);
                NodeFolder.Write(folder.Genesis, client.Genesis.Encode());
                file.Write(folder);
                return file;
            }
            finally
            {
                CryptographicOperations.ZeroMemory(seeds);
            }
        }
    }

    /// <summary>Seals the node's keys anew from its recovery key store: after a change of firmware, boot loader or TPM.</summary>
    /// <exception cref="EnrolmentException"><c>node/other-keys</c>: the key store holds another node's keys.</exception>
    public static async Task RestoreAsync(NodeFolder folder, KeyStore recovery, TimeProvider time, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(recovery);
        NodeFile file = NodeFile.Read(folder);
        byte[] seeds = Identity.DangerousExportSeeds(recovery);
        try
        {
            using (Identity identity = Identity.FromSeeds(seeds))
                if (identity.PublicKey != file.NodeKey) throw new EnrolmentException("node/other-keys", $"The key store in {recovery.Folder} holds the keys of {identity.PublicKey}, not of this node.", "Name the key store that was made when this node was enrolled.");
            NodeTpm tpm = await NodeTpm.OpenAsync(file.Tpm, folder.AttestationKey, time, cancellation).ConfigureAwait(false);
            await using (tpm.ConfigureAwait(false))
                await SealedNodeKeys.SealAsync(tpm.Live, seeds, SealedNodeKeys.DefaultPcrs, folder.SealedKeys, cancellation).ConfigureAwait(false);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seeds);
        }
    }

    private static void RequirePlace(NetworkState state, EnrolmentOptions options)
    {
        if (!state.Operators.TryGetValue(options.Operator, out OperatorState? known) || !known.IsAdmitted)
            throw new EnrolmentException("enrol/unknown-operator", $"The network does not admit operator {options.Operator}.",
                state.Terms.Admission.Sponsors == 0 ? "It takes operators by governance only." : $"{state.Terms.Admission.Sponsors} listed operator(s) must sponsor it: errand operator sponsor {options.Operator}.");
        if (options.Role == NodeRoles.Verifier && state.Nodes.Values.FirstOrDefault(node => node.Operator == options.Operator && node.Roles.HasFlag(NodeRoles.Verifier) && !node.Retired) is { } other)
            throw new EnrolmentException("enrol/operator-has-verifier", $"The operator has a verifier already: {other.Id}.", "An operator runs one verifier. Retire that one, or enrol with another operator.");
    }

    // One TPM backs one node at a time: an offer with it would be refused, and the node would wait for ever.
    private static void RequireFree(NetworkState state, LiveTpm tpm, PublicKey self)
    {
        if (TpmHolder.Find(state, tpm.EkPublic) is not { } holder || holder.Node == self) return;
        throw new EnrolmentException($"refused/{holder.Refusal.Code()}", $"This machine's TPM backs node {holder.Node}, {holder.State}.",
            holder.Refusal == RefusalReason.EkInUse ? "Retire that node, or enrol another machine." : "Wait until then, or enrol another machine.");
    }

    private static async Task RequireAcceptedAsync(LiveTpm tpm, NetworkState state, TimeProvider time, CancellationToken cancellation)
    {
        var policy = new NetworkPolicy(state.Terms);
        byte[] nonce = RandomNumberGenerator.GetBytes(Bytes32.Size);
        PlatformEvidence evidence = await tpm.CollectAsync(nonce, policy.RequiredPcrs, cancellation).ConfigureAwait(false);
        AttestationResult result = PlatformAppraiser.Appraise(evidence, policy.ForProofOfTrust([new Bytes32(nonce)], 1, evidence), time.GetUtcNow()).Result;
        if (result.Reason == AttestationReason.ImaMissing && await tpm.ReadImaListAsync(cancellation).ConfigureAwait(false) is { Length: var size })
            throw new EnrolmentException("reject/ima-missing", $"The kernel's measurement list has {size} bytes, and evidence has room for {PlatformEvidence.SizeMax} in all.", "Use an IMA policy that measures less, and start the machine again.");
        if (result.FirstFailure is { } failure)
            throw new EnrolmentException($"reject/{failure.Reason.ToCode()}", $"A verifier of this network would reject this machine: {failure.Name}: expected {failure.Expected}; is {failure.Actual}.",
                $"{failure.Explanation} See every check with: errand node doctor --network URL.");
    }

    // From the recovery store if there is one, else new ones, kept there first: keys that only the TPM has would be gone with it.
    private static byte[] TakeSeeds(EnrolmentOptions options)
    {
        if (options.RecoveryFolder is { } recovery)
        {
            Passphrase passphrase = options.RecoveryPassphrase ?? throw new ArgumentException("A recovery key store needs its passphrase.", nameof(options));
            using KeyStore store = KeyStore.Exists(recovery) ? KeyStore.Open(recovery, passphrase.Characters) : KeyStore.Create(recovery, passphrase.Characters);
            if (store.Names.Count == 0) Identity.Create(store).Dispose();
            return Identity.DangerousExportSeeds(store);
        }
        byte[] seeds = GC.AllocateArray<byte>(Identity.SeedsSize, pinned: true);
        RandomNumberGenerator.Fill(seeds);
        return seeds;
    }

    private static NodeFile Describe(EnrolmentOptions options, ErrandClient client, Identity identity)
    {
        int port = EnrolledNode.FreePort(options.Port);
        string? vouch = null;
        if (options.OperatorKey is { } operatorKey)
        {
            var signature = new byte[ProtocolSizes.Signature];
            operatorKey.Sign(RegisterEntry.VouchMessage(client.Network, identity.PublicKey, options.Role), signature);
            vouch = Convert.ToHexStringLower(signature);
        }
        return new NodeFile
        {
            Network = options.Network.ToString(),
            Node = identity.PublicKey.ToString(),
            Role = options.Role == NodeRoles.Executor ? NodeFile.Executor : NodeFile.Verifier,
            Operator = options.Operator.ToString(),
            Vouch = vouch,
            Port = port,
            Endpoint = options.Endpoint ?? $"http://127.0.0.1:{port}",
            Site = options.Site,
            Jurisdiction = options.Jurisdiction,
            Tpm = options.Tpm,
            DataFolder = options.DataFolder,
            DevelopmentTee = options.DevelopmentTee,
            Machines = options.Machines,
        };
    }
}
