using Errand.Attestation;

namespace Errand.Tpm;

/// <summary>
/// Objects: TPM2_CreatePrimary, Create, Load, ReadPublic, ContextSave, ContextLoad, FlushContext (TPM 2.0 Part 3, sections 24.1,
/// 12, 28).
/// </summary>
internal static class TpmObjects
{
    private const int PublicSizeMax = 1024, PrivateSizeMax = 2048, CreationSizeMax = 1024, DigestSizeMax = 64, NameSizeMax = 66, ContextSizeMax = 3072;

    /// <summary>Makes a primary key of the endorsement hierarchy from its public template: the same template gives the same key. The caller flushes it.</summary>
    public static async ValueTask<(uint Handle, byte[] Public)> CreatePrimaryAsync(this TpmClient tpm, ReadOnlyMemory<byte> template, ReadOnlyMemory<byte> endorsementValue, CancellationToken cancellation)
    {
        TpmResponse response = await tpm.SendAsEndorserAsync(new TpmCommand(TpmCommandCode.CreatePrimary)
        {
            Handles = [TpmHandles.Endorsement],
            Authorizations = [TpmAuthorization.Password(endorsementValue)],
            Parameters = CreationParameters(default, template.Span),
            GivesHandle = true,
        }, cancellation).ConfigureAwait(false);
        var reader = new TpmReader(response.Parameters.Span);
        byte[] made = reader.Sized(PublicSizeMax).ToArray();
        if (!SkipCreation(ref reader) || reader.Sized(NameSizeMax).IsEmpty || !reader.AtEnd)
        {
            await tpm.FlushAsync(response.Handle).ConfigureAwait(false);
            throw TpmClient.Malformed(TpmCommandCode.CreatePrimary);
        }
        return (response.Handle, made);
    }

    /// <summary>Makes an object below a parent, without loading it: its public area, and its private part that only this TPM can load.</summary>
    public static async ValueTask<TpmObjectBlob> CreateAsync(this TpmClient tpm, uint parent, TpmAuthorization parentAuthorization, ReadOnlyMemory<byte> secret, ReadOnlyMemory<byte> template, CancellationToken cancellation)
    {
        byte[] parameters = CreationParameters(secret.Span, template.Span);
        try
        {
            TpmResponse response = await tpm.SendAsync(
                new TpmCommand(TpmCommandCode.Create) { Handles = [parent], Authorizations = [parentAuthorization], Parameters = parameters }, cancellation).ConfigureAwait(false);
            var reader = new TpmReader(response.Parameters.Span);
            byte[] priv = reader.Sized(PrivateSizeMax).ToArray();
            byte[] made = reader.Sized(PublicSizeMax).ToArray();
            return SkipCreation(ref reader) && reader.AtEnd ? new TpmObjectBlob(made, priv) : throw TpmClient.Malformed(TpmCommandCode.Create);
        }
        finally
        {
            System.Security.Cryptography.CryptographicOperations.ZeroMemory(parameters);
        }
    }

    /// <summary>Loads an object below its parent. The caller flushes it.</summary>
    public static async ValueTask<uint> LoadAsync(this TpmClient tpm, uint parent, TpmAuthorization parentAuthorization, TpmObjectBlob blob, CancellationToken cancellation)
    {
        TpmResponse response = await tpm.SendAsync(new TpmCommand(TpmCommandCode.Load)
        {
            Handles = [parent],
            Authorizations = [parentAuthorization],
            Parameters = new TpmWriter().Sized(blob.Private.Span).Sized(blob.Public.Span).ToArray(),
            GivesHandle = true,
        }, cancellation).ConfigureAwait(false);
        return response.Handle;
    }

    /// <summary>The public area of a loaded or persistent object; null when the handle names nothing.</summary>
    public static async ValueTask<byte[]?> ReadPublicAsync(this TpmClient tpm, uint handle, CancellationToken cancellation)
    {
        try
        {
            TpmResponse response = await tpm.SendAsync(new TpmCommand(TpmCommandCode.ReadPublic) { Handles = [handle] }, cancellation).ConfigureAwait(false);
            var reader = new TpmReader(response.Parameters.Span);
            byte[] area = reader.Sized(PublicSizeMax).ToArray();
            reader.Sized(NameSizeMax);
            reader.Sized(NameSizeMax);
            return reader.AtEnd ? area : throw TpmClient.Malformed(TpmCommandCode.ReadPublic);
        }
        catch (TpmException none) when (none.Error is TpmError.Handle or TpmError.ReferenceObject)
        {
            return null;
        }
    }

    /// <summary>A loaded object as bytes that this TPM loads again quickly, until its next reset. The object stays loaded.</summary>
    public static async ValueTask<byte[]> SaveContextAsync(this TpmClient tpm, uint handle, CancellationToken cancellation)
    {
        TpmResponse response = await tpm.SendAsync(new TpmCommand(TpmCommandCode.ContextSave) { Handles = [handle] }, cancellation).ConfigureAwait(false);
        return response.Parameters.Length is > 0 and <= ContextSizeMax ? response.Parameters.ToArray() : throw TpmClient.Malformed(TpmCommandCode.ContextSave);
    }

    /// <summary>Loads a saved context. The caller flushes it.</summary>
    public static async ValueTask<uint> LoadContextAsync(this TpmClient tpm, byte[] context, CancellationToken cancellation) =>
        (await tpm.SendAsync(new TpmCommand(TpmCommandCode.ContextLoad) { Parameters = context, GivesHandle = true }, cancellation).ConfigureAwait(false)).Handle;

    /// <summary>Frees a transient object or session. What is gone already is no error.</summary>
    public static async ValueTask FlushAsync(this TpmClient tpm, uint handle)
    {
        try
        {
            // The handle is a parameter here, so that a resource manager sees it (Part 3, section 28.4). Never cancelled: nothing may leak.
            await tpm.SendAsync(new TpmCommand(TpmCommandCode.FlushContext) { Parameters = new TpmWriter().UInt32(handle).ToArray() }, CancellationToken.None).ConfigureAwait(false);
        }
        catch (TpmException gone) when (gone.Error is TpmError.Handle or TpmError.ReferenceObject or TpmError.ReferenceSession or TpmError.Initialize)
        {
            // The TPM was reset in between: nothing is loaded any more.
        }
    }

    /// <summary>Frees every object and session: for a TPM without a resource manager, of which the caller knows that nobody else uses it.</summary>
    public static async ValueTask FlushAllAsync(this TpmClient tpm, CancellationToken cancellation)
    {
        foreach (uint kind in (uint[])[TpmHandles.TransientFirst, TpmHandles.LoadedSessionFirst, TpmHandles.SavedSessionFirst])
            foreach (uint handle in await tpm.ReadHandlesAsync(kind, cancellation).ConfigureAwait(false)) await tpm.FlushAsync(handle).ConfigureAwait(false);
    }

    /// <summary>Does something with a transient handle, and flushes it whatever happens.</summary>
    public static async ValueTask<T> FlushAfterAsync<T>(this TpmClient tpm, uint handle, Func<uint, ValueTask<T>> work)
    {
        T result;
        try
        {
            result = await work(handle).ConfigureAwait(false);
        }
        catch
        {
            await FlushQuietlyAsync(tpm, handle).ConfigureAwait(false);
            throw;
        }
        await tpm.FlushAsync(handle).ConfigureAwait(false);
        return result;
    }

    // The first fault is the one to tell; a TPM that cannot be reached keeps nothing for us behind a resource manager either.
    private static async ValueTask FlushQuietlyAsync(TpmClient tpm, uint handle)
    {
        try
        {
            await tpm.FlushAsync(handle).ConfigureAwait(false);
        }
        catch (TpmException)
        {
            // See above.
        }
    }

    // TPM2B_SENSITIVE_CREATE { userAuth, data }, TPM2B_PUBLIC, outsideInfo, creationPCR: none.
    private static byte[] CreationParameters(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> template)
    {
        const int Sizes = 16;
        var writer = new TpmWriter(Sizes + secret.Length + template.Length);
        byte[] parameters = writer.UInt16(4 + secret.Length).Sized([]).Sized(secret).Sized(template).Sized([]).UInt32(0).ToArray();
        writer.Wipe();
        return parameters;
    }

    // TPM2B_CREATION_DATA, TPM2B_DIGEST, TPMT_TK_CREATION { tag (2), hierarchy (4), digest (TPM2B) }.
    private static bool SkipCreation(ref TpmReader reader)
    {
        reader.Sized(CreationSizeMax);
        reader.Sized(DigestSizeMax);
        reader.UInt16();
        reader.UInt32();
        reader.Sized(DigestSizeMax);
        return !reader.Failed;
    }
}
