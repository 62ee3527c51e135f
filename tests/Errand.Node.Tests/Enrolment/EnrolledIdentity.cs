using Errand.Client;
using Errand.Platform;

namespace Errand.Node.Tests;

/// <summary>The keys of an enrolled node, opened by its TPM as the node itself opens them.</summary>
internal sealed class EnrolledIdentity : IDisposable
{
    private EnrolledIdentity(Identity identity) => Identity = identity;

    public Identity Identity { get; }

    public static async Task<EnrolledIdentity> OpenAsync(NodeFolder folder, SwtpmMachine machine, DevelopmentFolder network, CancellationToken cancellation)
    {
        await using LiveTpm tpm = await LiveTpm.OpenAsync(machine.Tpm, new LiveTpmOptions
        {
            AttestationKeyFile = folder.AttestationKey,
            EventLogFile = machine.EventLogFile,
            IssuerCertificates = new SwtpmAuthority(network.SwtpmAuthority).Certificates,
        }, TimeProvider.System, cancellation);
        return new EnrolledIdentity(Identity.FromSeeds((await SealedNodeKeys.TryUnsealAsync(tpm, folder.SealedKeys, cancellation))!));
    }

    public void Dispose() => Identity.Dispose();
}
