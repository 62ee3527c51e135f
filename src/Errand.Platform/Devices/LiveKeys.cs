using System.Security.Cryptography;
using Errand.Attestation;
using Errand.Tpm;

namespace Errand.Platform;

/// <summary>
/// A TPM's endorsement key and what lies below it, loaded when needed and never left loaded: from a saved context while the TPM has not been
/// reset, else made or loaded anew. Not for several threads.
/// </summary>
internal sealed class LiveKeys(TpmClient tpm, EkTemplate template, ReadOnlyMemory<byte> endorsementValue)
{
    private byte[]? _ekContext;

    /// <summary>The endorsement key; set by <see cref="OpenAsync"/>.</summary>
    public TpmtPublic EkPublic { get; private set; } = null!;

    public TpmClient Tpm => tpm;

    /// <summary>Makes the endorsement key, and sees that it is one of the template.</summary>
    public async ValueTask OpenAsync(CancellationToken cancellation)
    {
        (uint handle, byte[] area) = await tpm.CreatePrimaryAsync(TpmKeyTemplates.Endorsement(template), endorsementValue, cancellation).ConfigureAwait(false);
        await tpm.FlushAfterAsync(handle, async loaded =>
        {
            EkPublic = TpmtPublic.TryParse(area) is { } ek && EkTemplates.Recognise(ek) == template ? ek
                : throw new TpmException(TpmError.MalformedResponse, $"The TPM made an endorsement key that is not of template {template}.");
            return _ekContext = await tpm.SaveContextAsync(loaded, cancellation).ConfigureAwait(false);
        }).ConfigureAwait(false);
    }

    /// <summary>Does something with the endorsement key loaded.</summary>
    public async ValueTask<T> WithEkAsync<T>(Func<uint, ValueTask<T>> work, CancellationToken cancellation)
    {
        uint handle = await TryLoadContextAsync(_ekContext, cancellation).ConfigureAwait(false) ?? await MakeEkAsync(cancellation).ConfigureAwait(false);
        return await tpm.FlushAfterAsync(handle, work).ConfigureAwait(false);
    }

    /// <summary>Does something below the endorsement key, in a session that fulfils its policy.</summary>
    public ValueTask<T> BelowEkAsync<T>(Func<uint, TpmAuthorization, ValueTask<T>> work, CancellationToken cancellation) =>
        WithEkAsync(ek => InEkSessionAsync(session => work(ek, TpmAuthorization.Policy(session)), cancellation), cancellation);

    /// <summary>A policy session in which the endorsement key may be used once.</summary>
    public ValueTask<T> InEkSessionAsync<T>(Func<uint, ValueTask<T>> work, CancellationToken cancellation) =>
        tpm.InPolicySessionAsync(async session =>
        {
            await tpm.PolicyEndorsementAsync(session, endorsementValue, cancellation).ConfigureAwait(false);
            return await work(session).ConfigureAwait(false);
        }, cancellation);

    /// <summary>Loads a saved context; null when the TPM does not take it, as after a reset.</summary>
    public async ValueTask<uint?> TryLoadContextAsync(byte[]? context, CancellationToken cancellation)
    {
        if (context is null) return null;
        try
        {
            return await tpm.LoadContextAsync(context, cancellation).ConfigureAwait(false);
        }
        catch (TpmException old) when (old.IsAboutParameter || old.Error is TpmError.BadContext or TpmError.Integrity or TpmError.Handle or TpmError.ReferenceObject)
        {
            return null;
        }
    }

    private async ValueTask<uint> MakeEkAsync(CancellationToken cancellation)
    {
        (uint handle, byte[] area) = await tpm.CreatePrimaryAsync(TpmKeyTemplates.Endorsement(template), endorsementValue, cancellation).ConfigureAwait(false);
        try
        {
            if (!CryptographicOperations.FixedTimeEquals(area, EkPublic.Encoded.Span)) throw new TpmException(TpmError.SealedElsewhere, "The TPM has another endorsement key than when the node started: it was replaced.");
            _ekContext = await tpm.SaveContextAsync(handle, cancellation).ConfigureAwait(false);
            return handle;
        }
        catch
        {
            await tpm.FlushAsync(handle).ConfigureAwait(false);
            throw;
        }
    }
}
