using System.Security.Cryptography;
using Errand.Attestation;
using Errand.Tpm;

namespace Errand.Platform;

/// <summary>
/// A node's seeds (Ed25519 and VRF) in a file that opens only in this machine's TPM, and only after the boot it was sealed to: a stolen disk
/// is no node, and a changed boot loader does not get its keys.
/// </summary>
/// <remarks>
/// What protects: TPM2_Unseal under TPM2_PolicyPCR, with no authorisation value and no other way. What does not: it crosses the TPM's bus in
/// clear, and root on the running machine can open it as the node can. There is no recovery in here: keep the key store with its
/// passphrase elsewhere.
/// </remarks>
public static class SealedNodeKeys
{
    /// <summary>The longest secret.</summary>
    public const int SecretSizeMax = 128;

    /// <summary>PCRs to seal to unless a policy says otherwise: firmware (0), boot loader (4) and Secure Boot's state (7).</summary>
    public static PcrSet DefaultPcrs { get; } = PcrSet.Of(0, 4, 7);

    /// <summary>Seals a secret of 1 to 128 bytes to the machine as it is now, and writes the file. The secret stays the caller's to wipe.</summary>
    /// <exception cref="TpmException">The TPM refuses.</exception>
    public static async Task SealAsync(LiveTpm tpm, ReadOnlyMemory<byte> secret, PcrSet pcrs, string file, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(tpm);
        if (secret.Length is 0 or > SecretSizeMax) throw new ArgumentException($"A secret has 1 to {SecretSizeMax} bytes.", nameof(secret));
        if (pcrs.Mask == 0 || !pcrs.IsWellFormed) throw new ArgumentException("A secret is sealed to at least one PCR.", nameof(pcrs));
        TpmBlobFile made = await tpm.SealAsync(secret, pcrs, cancellation).ConfigureAwait(false);
        // Not replaced before it is known to open.
        byte[] opened = await tpm.UnsealAsync(made, cancellation).ConfigureAwait(false);
        bool same = CryptographicOperations.FixedTimeEquals(opened, secret.Span);
        CryptographicOperations.ZeroMemory(opened);
        if (!same) throw new TpmException(TpmError.MalformedResponse, "The TPM gives another secret out than was sealed.");
        PrivateFile.Write(file, made.Encode());
    }

    /// <summary>The secret, which the caller wipes; null when there is no file.</summary>
    /// <exception cref="TpmException"><see cref="TpmError.SealedToOtherState"/>, <see cref="TpmError.SealedElsewhere"/>, or the TPM does not answer.</exception>
    public static async Task<byte[]?> TryUnsealAsync(LiveTpm tpm, string file, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(tpm);
        if (PrivateFile.TryRead(file) is not { } content) return null;
        if (TpmBlobFile.TryDecode(content) is not { } sealedKeys) throw new TpmException(TpmError.SealedElsewhere, $"{file} holds no sealed keys.");
        if (!sealedKeys.EkName.AsSpan().SequenceEqual(tpm.EkPublic.Name)) throw new TpmException(TpmError.SealedElsewhere, $"{file} was sealed by another TPM.");
        try
        {
            return await tpm.UnsealAsync(sealedKeys, cancellation).ConfigureAwait(false);
        }
        catch (TpmException changed) when (changed.Error is TpmError.PolicyFail or TpmError.PcrChanged)
        {
            throw new TpmException(TpmError.SealedToOtherState, $"{sealedKeys.Pcrs} have other values than when the keys were sealed.", changed);
        }
        catch (TpmException foreign) when (foreign.IsAboutParameter)
        {
            throw new TpmException(TpmError.SealedElsewhere, $"{file} was altered, or sealed by another TPM.", foreign);
        }
    }
}
