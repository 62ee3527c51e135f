using System.Security.Cryptography;
using Errand.Attestation;
using Errand.Tpm;

namespace Errand.Platform;

/// <summary>
/// A real TPM, or a software one behind the same commands, as a node uses it. The endorsement key is made from its template each time; the
/// attestation key is made once, below it, and kept as a file that only this TPM can load. Nothing is written to the TPM's own memory,
/// and no object or session stays in it between calls.
/// </summary>
/// <remarks>The standard's way (TCG EK Credential Profile B.6; TPM 2.0 Part 1, sections 24 and 26). Survives resets of the TPM under it. Safe for several threads.</remarks>
public sealed class LiveTpm : IAttestingTpm, IAsyncDisposable
{
    private const int RoundsMax = 5, ChallengePartMax = 1024;

    private readonly TpmClient _tpm;
    private readonly LiveKeys _keys;
    private readonly LiveTpmOptions _options;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private TpmObjectBlob _ak;
    private byte[]? _akContext;

    private LiveTpm(TpmClient tpm, LiveKeys keys, LiveTpmOptions options)
    {
        _tpm = tpm;
        _keys = keys;
        _options = options;
    }

    /// <inheritdoc/>
    public IReadOnlyList<ReadOnlyMemory<byte>> EkCertificateChain { get; private set; } = [];

    /// <inheritdoc/>
    public TpmtPublic EkPublic => _keys.EkPublic;

    /// <inheritdoc/>
    public TpmtPublic AkPublic { get; private set; } = null!;

    /// <summary>The template of its endorsement key.</summary>
    public EkTemplate Template { get; private init; }

    /// <summary>True when the attestation key was made by this start: whatever was proven with an older one must be proven again.</summary>
    public bool IsNewAttestationKey { get; private set; }

    /// <summary>Finds the endorsement key and its certificate, and loads or makes the attestation key. The TPM stays the caller's.</summary>
    /// <exception cref="TpmException">The TPM lacks what a node needs, or does not answer; says what to do.</exception>
    public static async Task<LiveTpm> OpenAsync(ITpm tpm, LiveTpmOptions options, TimeProvider time, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        var client = new TpmClient(tpm, time);
        (EkTemplate template, ReadOnlyMemory<byte> certificate) = await FindCertificateAsync(client, options, cancellation).ConfigureAwait(false);
        var keys = new LiveKeys(client, template, options.EndorsementValue);
        await keys.OpenAsync(cancellation).ConfigureAwait(false);
        if (Certificate.TryParse(certificate) is not { } parsed || !EkCertificate.Certifies(parsed, keys.EkPublic))
            throw new TpmException(TpmError.EkCertificateMismatch, $"The EK certificate is not for the key that template {template} gives in this TPM.");
        var live = new LiveTpm(client, keys, options) { Template = template };
        IReadOnlyList<ReadOnlyMemory<byte>> issuers = await EkCertificates.ReadIssuersAsync(client, cancellation).ConfigureAwait(false);
        live.EkCertificateChain = EkCertificates.BuildChain(certificate, issuers.Concat(options.IssuerCertificates));
        await live.OpenAttestationKeyAsync(cancellation).ConfigureAwait(false);
        return live;
    }

    /// <inheritdoc/>
    public async ValueTask<ReadOnlyMemory<byte>> ReadEventLogAsync(CancellationToken cancellation) =>
        await MeasurementLogs.TryReadAsync(_options.EventLogFile, cancellation).ConfigureAwait(false)
        ?? throw new TpmException(TpmError.NoEventLog, $"There is no event log at {_options.EventLogFile}.");

    /// <inheritdoc/>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadImaListAsync(CancellationToken cancellation)
    {
        if (_options.ImaFile is not { } file) return null;
        return await MeasurementLogs.TryReadAsync(file, cancellation).ConfigureAwait(false) ?? throw new TpmException(TpmError.NoEventLog, $"There is no measurement list at {file}.");
    }

    /// <inheritdoc/>
    public async ValueTask<TpmQuote> QuoteAsync(ReadOnlyMemory<byte> nonce, PcrSet pcrs, CancellationToken cancellation)
    {
        if (nonce.Length > TpmsAttest.NonceSizeMax) throw new ArgumentException($"A nonce has at most {TpmsAttest.NonceSizeMax} bytes.", nameof(nonce));
        return await InTurnAsync(() => WithAkAsync(async ak =>
        {
            // Values are read beside the quote: only the quote's digest tells whether they belong to it.
            for (int round = 0; round < RoundsMax; round++)
            {
                (byte[] attest, byte[] signature) = await _tpm.QuoteAsync(ak, nonce, pcrs, cancellation).ConfigureAwait(false);
                PcrBank values = await _tpm.ReadPcrsAsync(TpmAlgorithm.Sha256, pcrs, cancellation).ConfigureAwait(false);
                TpmsAttest quoted = TpmsAttest.TryParse(attest, out _) ?? throw TpmClient.Malformed(TpmCommandCode.Quote);
                if (quoted.PcrDigest.Span.SequenceEqual(SHA256.HashData(values.Concatenate(pcrs)))) return new TpmQuote(attest, signature, values);
            }
            throw new TpmException(TpmError.PcrsMoving, $"{pcrs} changed while they were quoted, {RoundsMax} times.");
        }, cancellation), cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<byte[]?> ActivateCredentialAsync(CredentialChallenge challenge, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(challenge);
        // Anyone may send challenges: what no TPM takes does not reach it.
        if (challenge.CredentialBlob.Length is 0 or > ChallengePartMax || challenge.EncryptedSecret.Length is 0 or > ChallengePartMax) return null;
        return await InTurnAsync(() => WithAkAsync(ak => _keys.WithEkAsync(ek => _keys.InEkSessionAsync(async session =>
        {
            try
            {
                return (byte[]?)await _tpm.ActivateCredentialAsync(ak, ek, session, challenge, cancellation).ConfigureAwait(false);
            }
            catch (TpmException refused) when (IsAboutChallenge(refused))
            {
                return null;
            }
            catch (TpmException failed) when (failed.Error == TpmError.Failure)
            {
                // Software TPMs answer so to an RSA ciphertext that does not decrypt. One that failed in earnest answers nothing else any more.
                await _tpm.GetRandomAsync(1, cancellation).ConfigureAwait(false);
                return null;
            }
        }, cancellation), cancellation), cancellation), cancellation).ConfigureAwait(false);
    }

    /// <summary>Seals a secret of at most 128 bytes to this TPM and to the values that PCRs have now.</summary>
    internal ValueTask<TpmBlobFile> SealAsync(ReadOnlyMemory<byte> secret, PcrSet pcrs, CancellationToken cancellation) => InTurnAsync(async () =>
    {
        PcrBank values = await _tpm.ReadPcrsAsync(TpmAlgorithm.Sha256, pcrs, cancellation).ConfigureAwait(false);
        byte[] template = TpmKeyTemplates.SealedSecret(PcrPolicy.Digest(values));
        TpmObjectBlob blob = await _keys.BelowEkAsync((ek, policy) => _tpm.CreateAsync(ek, policy, secret, template, cancellation), cancellation).ConfigureAwait(false);
        return new TpmBlobFile(EkPublic.Name, blob, pcrs);
    }, cancellation);

    /// <summary>The sealed secret, which the caller wipes.</summary>
    internal ValueTask<byte[]> UnsealAsync(TpmBlobFile file, CancellationToken cancellation) => InTurnAsync(async () =>
    {
        uint handle = await LoadBelowEkAsync(file.Blob, cancellation).ConfigureAwait(false);
        return await _tpm.FlushAfterAsync(handle, loaded => _tpm.InPolicySessionAsync(async session =>
        {
            await _tpm.PolicyPcrAsync(session, file.Pcrs, cancellation).ConfigureAwait(false);
            return await _tpm.UnsealAsync(loaded, session, cancellation).ConfigureAwait(false);
        }, cancellation)).ConfigureAwait(false);
    }, cancellation);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _turn.Dispose();
        return ValueTask.CompletedTask;
    }

    private static async ValueTask<(EkTemplate Template, ReadOnlyMemory<byte> Certificate)> FindCertificateAsync(TpmClient tpm, LiveTpmOptions options, CancellationToken cancellation)
    {
        if (options.EkCertificate is { } given)
            return (options.Template ?? (Certificate.TryParse(given)?.PublicKey.Rsa is null ? EkTemplate.EccL2 : EkTemplate.RsaL1), given);
        EkTemplate[] candidates = options.Template is { } wanted ? [wanted] : [EkTemplate.EccL2, EkTemplate.RsaL1];
        foreach (EkTemplate candidate in candidates)
            if (await EkCertificates.ReadAsync(tpm, candidate, cancellation).ConfigureAwait(false) is { } found) return (candidate, found);
        throw new TpmException(TpmError.NoEkCertificate, $"The TPM holds no EK certificate for {string.Join(" or ", candidates)}.");
    }

    private async ValueTask OpenAttestationKeyAsync(CancellationToken cancellation)
    {
        if (PrivateFile.TryRead(_options.AttestationKeyFile) is { } kept && TpmBlobFile.TryDecode(kept) is { } file && file.EkName.AsSpan().SequenceEqual(EkPublic.Name)
            && await TryUseAsync(file.Blob, cancellation).ConfigureAwait(false)) return;

        // New: the first start, another TPM, or a file that was damaged. What stood on the old key is offered again by the node.
        TpmObjectBlob made = await _keys.BelowEkAsync(
            (ek, policy) => _tpm.CreateAsync(ek, policy, default, TpmKeyTemplates.AttestationKey(_options.AttestationKeyType), cancellation), cancellation).ConfigureAwait(false);
        if (!await TryUseAsync(made, cancellation).ConfigureAwait(false)) throw new TpmException(TpmError.MalformedResponse, "The TPM made an attestation key that it does not load.");
        if (AttestationKeyRule.FindFault(AkPublic) is { } fault) throw new TpmException(TpmError.MalformedResponse, $"The TPM made an attestation key that {fault}.");
        PrivateFile.Write(_options.AttestationKeyFile, new TpmBlobFile(EkPublic.Name, made, default).Encode());
        IsNewAttestationKey = true;
    }

    private async ValueTask<bool> TryUseAsync(TpmObjectBlob blob, CancellationToken cancellation)
    {
        if (TpmtPublic.TryParse(blob.Public.Span) is not { } area) return false;
        try
        {
            uint handle = await LoadBelowEkAsync(blob, cancellation).ConfigureAwait(false);
            _akContext = await _tpm.FlushAfterAsync(handle, loaded => _tpm.SaveContextAsync(loaded, cancellation)).ConfigureAwait(false);
        }
        catch (TpmException foreign) when (foreign.IsAboutParameter)
        {
            return false;
        }
        _ak = blob;
        AkPublic = area;
        return true;
    }

    private ValueTask<uint> LoadBelowEkAsync(TpmObjectBlob blob, CancellationToken cancellation) =>
        _keys.BelowEkAsync((ek, policy) => _tpm.LoadAsync(ek, policy, blob, cancellation), cancellation);

    private async ValueTask<T> WithAkAsync<T>(Func<uint, ValueTask<T>> work, CancellationToken cancellation)
    {
        uint? known = await _keys.TryLoadContextAsync(_akContext, cancellation).ConfigureAwait(false);
        if (known is { } handle) return await _tpm.FlushAfterAsync(handle, work).ConfigureAwait(false);
        uint loaded = await LoadBelowEkAsync(_ak, cancellation).ConfigureAwait(false);
        return await _tpm.FlushAfterAsync(loaded, async ak =>
        {
            _akContext = await _tpm.SaveContextAsync(ak, cancellation).ConfigureAwait(false);
            return await work(ak).ConfigureAwait(false);
        }).ConfigureAwait(false);
    }

    private async ValueTask<T> InTurnAsync<T>(Func<ValueTask<T>> work, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (TpmException lost) when (IsOfReset(lost.Error))
        {
            // What was loaded is gone; all that is done here may be done again, and loads anew.
            return await work().ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    // A handle that named an object before a reset names nothing, or one loaded since, which does not take the authorisation.
    private static bool IsOfReset(TpmError error) => error is TpmError.ReferenceObject or TpmError.ReferenceSession or TpmError.BadContext or TpmError.AuthType;

    // The challenge is the command's two parameters; some TPMs do not say which of them they do not like.
    private static bool IsAboutChallenge(TpmException refused) =>
        refused.IsAboutParameter || refused.Error is TpmError.Integrity or TpmError.Value or TpmError.Size or TpmError.EccPoint or TpmError.Insufficient;
}
