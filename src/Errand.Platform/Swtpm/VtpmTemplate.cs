using System.Security.Cryptography;
using Errand.Attestation;
using Errand.Primitives;
using Errand.Tpm;
using X509PublicKey = System.Security.Cryptography.X509Certificates.PublicKey;

namespace Errand.Platform;

/// <summary>
/// A software TPM that a host's virtual machines boot with, each on a copy of its state: manufactured once, and the attestation key that it will make in
/// each of them certified by the development vendor at that moment. That is what binds key and TPM: the vendor made the TPM and saw it make the key.
/// </summary>
public sealed class VtpmTemplate
{
    private const string CertificateName = "ak.cert", StateName = "tpm2-00.permall";

    private const int SerialSize = 16;

    private VtpmTemplate(string stateFile, IReadOnlyList<ReadOnlyMemory<byte>> certificates)
    {
        StateFile = stateFile;
        Certificates = certificates;
    }

    /// <summary>swtpm's state; whoever has it can make the TPM say anything.</summary>
    public string StateFile { get; }

    /// <summary>DER certificates: the attestation key's, then the root.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Certificates { get; }

    /// <summary>Opens the TPM of a folder; makes it first where the folder has none.</summary>
    /// <param name="folder">Its own, for its user only.</param>
    /// <param name="vendor">Certifies the attestation key.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Ends the making.</param>
    /// <exception cref="TpmException">swtpm's programs are missing or failed.</exception>
    public static async Task<VtpmTemplate> OpenAsync(string folder, DevelopmentVendor vendor, TimeProvider time, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(vendor);
        folder = Path.GetFullPath(folder);
        string file = Path.Combine(folder, CertificateName);
        // The certificate is written last: without it the TPM is not finished.
        if (!File.Exists(file)) PrivateFile.Write(file, await MakeAsync(folder, vendor, time, cancellation).ConfigureAwait(false));
        return new VtpmTemplate(Path.Combine(folder, StateName), [await File.ReadAllBytesAsync(file, cancellation).ConfigureAwait(false), vendor.VtpmRootCertificate]);
    }

    private static async Task<byte[]> MakeAsync(string folder, DevelopmentVendor vendor, TimeProvider time, CancellationToken cancellation)
    {
        var authority = new SwtpmAuthority(Path.Combine(folder, "authority"));
        SwtpmMachine machine = await SwtpmMachine.StartAsync(folder, authority, new DevelopmentBoot(), time, cancellation).ConfigureAwait(false);
        await using (machine.ConfigureAwait(false))
        {
            var client = new TpmClient(machine.Tpm, time);
            (uint handle, byte[] made) = await client.CreatePrimaryAsync(TpmKeyTemplates.AttestationKey(TpmAlgorithm.Ecc), default, cancellation).ConfigureAwait(false);
            await client.FlushAsync(handle).ConfigureAwait(false);
            TpmtPublic area = TpmtPublic.TryParse(made) ?? throw new TpmException(TpmError.MalformedResponse, "The TPM gave a public area that is none.");
            PublicKeyInfo key = area.PublicKey is { } known && AttestationKeyRule.FindFault(area) is null ? known : throw new TpmException(TpmError.MalformedResponse, "The TPM gave no attestation key.");
            byte[] serial = SHA256.HashData(area.Encoded.Span)[..SerialSize];
            serial[0] &= 0x7F;
            serial[0] |= 0x40;
            return vendor.IssueAk(X509PublicKey.CreateFromSubjectPublicKeyInfo(key.Encoded.Span, out _), serial);
        }
    }
}
