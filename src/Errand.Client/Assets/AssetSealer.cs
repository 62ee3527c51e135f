using Errand.Cryptography;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Client;

/// <summary>Seals data and apps: the sealed file goes where it is told to, its content key into the key store, the clear file or folder nowhere.</summary>
public static class AssetSealer
{
    /// <summary>Data from here on is sealed in larger chunks: it is read from end to end.</summary>
    private const long SequentialSizeMin = 64L << 20;

    private const string UnfinishedSuffix = ".part";
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Opens what would be sealed of a file or folder.</summary>
    /// <param name="clear">The file or folder.</param>
    /// <param name="folder">A folder's index, with which the stream begins; null for a file.</param>
    /// <exception cref="ClientException"><c>file/missing</c>, <c>file/unreadable</c>, <c>file/folder</c>.</exception>
    public static Stream OpenClear(string clear, out FolderIndex? folder)
    {
        var source = ClearSource.Open(clear);
        folder = source.Folder;
        return source.Stream;
    }

    /// <summary>Seals a file or a folder. A run that was interrupted goes on where it was when it is called again with the same files, store and passphrase.</summary>
    /// <param name="clearFile">The file or folder; only read.</param>
    /// <param name="sealedFile">Where the sealed file goes; must not exist. It appears under this name when it is whole.</param>
    /// <param name="store">Where the content key goes.</param>
    /// <param name="workers">How many threads seal.</param>
    /// <param name="progress">Clear bytes sealed, or found sealed already.</param>
    /// <param name="cancellation">Ends the run; what is sealed stays under <c>FILE.part</c>, its key in the store.</param>
    /// <exception cref="ClientException"><c>file/missing</c>, <c>file/unreadable</c>, <c>file/disk-full</c>, <c>file/exists</c>, <c>file/folder</c>.</exception>
    public static SealedFileInfo Seal(
        string clearFile, string sealedFile, KeyStore store, int workers = 1, IProgress<long>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        using var clear = ClearSource.Open(clearFile);
        if (Path.Exists(sealedFile)) throw new ClientException(ClientError.FileExists, $"{sealedFile} exists.");
        string unfinished = sealedFile + UnfinishedSuffix;
        var seal = new UnfinishedSeal(store, sealedFile, clear);
        try
        {
            SealedFileInfo? info = TryGoOn(clear, unfinished, seal, workers, progress, cancellation, out ContentKey? key);
            using (key ??= seal.Begin())
            {
                info ??= SealAnew(clear, unfinished, key, workers, progress, cancellation);
                if (info is null)
                {
                    File.Delete(unfinished);
                    seal.End();
                    throw new ClientException(ClientError.FileUnreadable, $"{clearFile} changed while it was sealed.", "Keep the file still and seal it again.");
                }
                Finish(sealedFile, unfinished, store, info, key);
            }
            seal.End();
            return info;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw ClientFile.CannotWrite(sealedFile, fault, "See to the disk and the rights, and run the same command again: it goes on where it was.");
        }
    }

    // Null with no key when there is nothing to go on with: no key of an interrupted run, another clear file, or a torn beginning.
    private static SealedFileInfo? TryGoOn(ClearSource clear, string unfinished, UnfinishedSeal seal, int workers, IProgress<long>? progress, CancellationToken cancellation, out ContentKey? key)
    {
        key = File.Exists(unfinished) ? seal.Find() : null;
        if (key is null) return null;
        using var target = new FileStream(unfinished, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        SealedFileInfo? info = SealedFile.ResumeSeal(clear.Stream, target, key, workers, progress, cancellation).Info;
        if (info is not null)
        {
            target.Flush(flushToDisk: true);
            return info;
        }
        // Never again with this key: other bytes would be sealed under its nonces.
        key.Dispose();
        key = null;
        clear.Stream.Position = 0;
        return null;
    }

    private static SealedFileInfo? SealAnew(ClearSource clear, string unfinished, ContentKey key, int workers, IProgress<long>? progress, CancellationToken cancellation)
    {
        long length = clear.Stream.Length;
        var options = new SealOptions
        {
            ChunkSize = length >= SequentialSizeMin ? SealedFormat.ChunkSizeSequential : SealedFormat.ChunkSizeDefault, FolderIndexSize = clear.FolderIndexSize, Workers = workers,
        };
        using var target = new FileStream(unfinished, NewFile(Others));
        SealedFileInfo? info = SealedFile.Seal(clear.Stream, length, target, key, options, progress, cancellation).Info;
        if (info is not null) target.Flush(flushToDisk: true);
        return info;
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

    /// <summary>Opens a sealed file or folder whose content key is in the store. What was sealed appears under its name when all of it has opened.</summary>
    /// <exception cref="ClientException"><c>keystore/name-missing</c>, <c>file/exists</c>, <c>file/not-sealed</c>, <c>file/unreadable</c>, <c>file/folder</c>.</exception>
    public static void Open(string sealedFile, string clearFile, KeyStore store, ContentId content, IProgress<long>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        string unfinished = clearFile + UnfinishedSuffix;
        if (Path.Exists(clearFile)) throw new ClientException(ClientError.FileExists, $"{clearFile} exists.");
        if (Directory.Exists(unfinished)) throw new ClientException(ClientError.FileExists, $"{unfinished} exists.");
        if (!store.TryGetContentKey(content, out ContentKey? key)) throw new ClientException(ClientError.SecretMissing, $"The key store has no content key for {sealedFile}.");
        try
        {
            bool isFolder;
            using (key)
            using (FileStream source = ClientFile.OpenRead(sealedFile))
            using (Stream target = OpenTarget(source, unfinished, out isFolder))
            {
                SealingResult result = SealedFile.Open(source, target, key, content, progress: progress, cancellation: cancellation);
                if (!result.Succeeded) throw new ClientException(ClientError.Sealed, $"{sealedFile} does not open: {result.Failure}.");
                if (target is FileStream file) file.Flush(flushToDisk: true);
                else target.Flush();
            }
            if (isFolder) Directory.Move(unfinished, clearFile);
            else File.Move(unfinished, clearFile, overwrite: false);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw ClientFile.CannotWrite(clearFile, fault);
        }
        finally
        {
            if (Directory.Exists(unfinished)) Directory.Delete(unfinished, recursive: true);
            else File.Delete(unfinished);
        }
    }

    // What the header says is only a claim; nothing is written before it has been proven.
    private static Stream OpenTarget(FileStream source, string unfinished, out bool isFolder)
    {
        Span<byte> prefix = stackalloc byte[SealedFormat.PrefixSize];
        SealedFileHeader? header = null;
        if (source.ReadAtLeast(prefix, prefix.Length, throwOnEndOfStream: false) == prefix.Length && SealedFileHeader.TryReadSize(prefix, out int size))
        {
            var bytes = new byte[size];
            prefix.CopyTo(bytes);
            source.ReadAtLeast(bytes.AsSpan(prefix.Length), size - prefix.Length, throwOnEndOfStream: false);
            header = SealedFileHeader.TryParse(bytes);
        }
        source.Position = 0;
        isFolder = header?.IsFolder == true;
        return isFolder ? new FolderWriter(unfinished, header!.PlaintextLength, header.FolderIndexSize) : new FileStream(unfinished, NewFile(UnixFileMode.None));
    }

    // A fresh key, a temporary name, and the key in the store before the file has its own name.
    private static SealedFileInfo Write(string sealedFile, KeyStore store, Func<FileStream, ContentKey, SealedFileInfo> seal)
    {
        if (Path.Exists(sealedFile)) throw new ClientException(ClientError.FileExists, $"{sealedFile} exists.");
        string unfinished = sealedFile + UnfinishedSuffix;
        try
        {
            using ContentKey key = ContentKey.Generate();
            SealedFileInfo info;
            using (var target = new FileStream(unfinished, NewFile(Others)))
            {
                info = seal(target, key);
                target.Flush(flushToDisk: true);
            }
            Finish(sealedFile, unfinished, store, info, key);
            return info;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw ClientFile.CannotWrite(sealedFile, fault);
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    // The key first: a sealed file without its key is lost, a key without its file is not. It may be there from a run that ended right after it.
    private static void Finish(string sealedFile, string unfinished, KeyStore store, SealedFileInfo info, ContentKey key)
    {
        if (store.TryGetContentKey(info.ContentId, out ContentKey? there)) there.Dispose();
        else store.PutContentKey(info.ContentId, key);
        File.Move(unfinished, sealedFile, overwrite: false);
    }

    // What is sealed others may read; nobody but the owner may write to it while it is under way.
    private static FileStreamOptions NewFile(UnixFileMode others)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | others;
        return options;
    }
}
