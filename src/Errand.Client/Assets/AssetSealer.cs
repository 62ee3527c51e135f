using Errand.Cryptography;
using Errand.Primitives;

namespace Errand.Client;

/// <summary>Seals data and apps: the sealed file goes where it is told to, its content key into the key store, the clear file nowhere.</summary>
public static class AssetSealer
{
    /// <summary>Data from here on is sealed in larger chunks: it is read from end to end.</summary>
    private const long SequentialSizeMin = 64L << 20;

    /// <summary>Seals a file.</summary>
    /// <param name="clearFile">The file; only read.</param>
    /// <param name="sealedFile">Where the sealed file goes; must not exist. It appears under this name when it is whole.</param>
    /// <param name="store">Where the content key goes.</param>
    /// <param name="workers">How many threads seal.</param>
    /// <param name="progress">Clear bytes sealed.</param>
    /// <param name="cancellation">Ends the run; nothing is left.</param>
    /// <exception cref="ClientException"><c>file/missing</c>, <c>file/unreadable</c>, <c>file/exists</c>.</exception>
    public static SealedFileInfo Seal(
        string clearFile, string sealedFile, KeyStore store, int workers = 1, IProgress<long>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        using FileStream clear = ClientFile.OpenRead(clearFile);
        var options = new SealOptions { ChunkSize = clear.Length >= SequentialSizeMin ? SealedFormat.ChunkSizeSequential : SealedFormat.ChunkSizeDefault, Workers = workers };
        return Write(sealedFile, store, (target, key) =>
        {
            SealingResult result = SealedFile.Seal(clear, clear.Length, target, key, options, progress, cancellation);
            return result.Info ?? throw new ClientException(ClientError.FileUnreadable, $"{clearFile} changed while it was sealed ({result.Failure.Code}).", "Keep the file still and seal it again.");
        });
    }

    /// <summary>Seals a sealed file anew under a fresh content key. The old file and its key stay as they are; the clear text is on no disk in between.</summary>
    /// <param name="sealedFile">The file; only read.</param>
    /// <param name="newFile">Where the new sealed file goes; must not exist. It appears under this name when it is whole.</param>
    /// <param name="store">Has the old content key, and takes the new one.</param>
    /// <param name="content">The content id the old file must have.</param>
    /// <param name="workers">How many threads seal.</param>
    /// <param name="progress">Clear bytes sealed.</param>
    /// <param name="cancellation">Ends the run; nothing is left.</param>
    /// <exception cref="ClientException"><c>keystore/name-missing</c>, <c>file/missing</c>, <c>file/not-sealed</c>, <c>file/exists</c>, <c>file/unreadable</c>.</exception>
    public static SealedFileInfo Reseal(
        string sealedFile, string newFile, KeyStore store, ContentId content, int workers = 1, IProgress<long>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        using FileStream source = ClientFile.OpenRead(sealedFile);
        if (!store.TryGetContentKey(content, out ContentKey? oldKey)) throw new ClientException(ClientError.SecretMissing, $"The key store has no content key for {sealedFile}.");
        using (oldKey)
        {
            return Write(newFile, store, (target, key) =>
            {
                SealingResult result = SealedFile.Reseal(source, oldKey, content, target, key, workers, progress, cancellation);
                return result.Info ?? throw new ClientException(ClientError.Sealed, $"{sealedFile} does not open: {result.Failure}.");
            });
        }
    }

    /// <summary>Reads a sealed file without any key: its structure and content id.</summary>
    /// <exception cref="ClientException"><c>file/missing</c>, <c>file/unreadable</c>, <c>file/not-sealed</c> with what is wrong and in which chunk.</exception>
    public static SealedFileInfo Verify(string sealedFile, ContentId? expected = null, int workers = 1, IProgress<long>? progress = null, CancellationToken cancellation = default)
    {
        using FileStream file = ClientFile.OpenRead(sealedFile);
        SealingResult result = SealedFile.Verify(file, expected, workers, progress, cancellation);
        return result.Info ?? throw new ClientException(ClientError.Sealed, $"{sealedFile} is not a whole sealed file: {result.Failure}.");
    }

    /// <summary>Opens a sealed file whose content key is in the store. The clear file appears under its name when all of it has opened.</summary>
    /// <exception cref="ClientException"><c>keystore/name-missing</c>, <c>file/exists</c>, <c>file/not-sealed</c>, <c>file/unreadable</c>.</exception>
    public static void Open(string sealedFile, string clearFile, KeyStore store, ContentId content, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        if (Path.Exists(clearFile)) throw new ClientException(ClientError.FileExists, $"{clearFile} exists.");
        if (!store.TryGetContentKey(content, out ContentKey? key)) throw new ClientException(ClientError.SecretMissing, $"The key store has no content key for {sealedFile}.");
        string unfinished = clearFile + ".part";
        try
        {
            using (key)
            using (FileStream source = ClientFile.OpenRead(sealedFile))
            using (FileStream target = new(unfinished, PrivateFile))
            {
                SealingResult result = SealedFile.Open(source, target, key, content, cancellation: cancellation);
                if (!result.Succeeded) throw new ClientException(ClientError.Sealed, $"{sealedFile} does not open: {result.Failure}.");
                target.Flush(flushToDisk: true);
            }
            File.Move(unfinished, clearFile, overwrite: false);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ClientException(ClientError.FileUnreadable, $"{clearFile} cannot be written: {fault.Message}", fault);
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    // A fresh key, a temporary name, and the key in the store before the file has its own name.
    private static SealedFileInfo Write(string sealedFile, KeyStore store, Func<FileStream, ContentKey, SealedFileInfo> seal)
    {
        if (Path.Exists(sealedFile)) throw new ClientException(ClientError.FileExists, $"{sealedFile} exists.");
        string unfinished = sealedFile + ".part";
        try
        {
            using ContentKey key = ContentKey.Generate();
            SealedFileInfo info;
            using (var target = new FileStream(unfinished, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
            {
                info = seal(target, key);
                target.Flush(flushToDisk: true);
            }
            // The key first: a sealed file without its key is lost, a key without its file is not.
            store.PutContentKey(info.ContentId, key);
            File.Move(unfinished, sealedFile, overwrite: false);
            return info;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ClientException(ClientError.FileUnreadable, $"{sealedFile} cannot be written: {fault.Message}", fault);
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    private static FileStreamOptions PrivateFile
    {
        get
        {
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.None };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            return options;
        }
    }
}
