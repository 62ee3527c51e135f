using System.Security.Cryptography;
using Errand.Cryptography;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Client;

/// <summary>Opens sealed results and writes their files.</summary>
public static class ResultOpener
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Opens a result with a recipient's key. The caller zeroes the files' contents where that matters.</summary>
    /// <exception cref="ClientException"><c>result/not-a-recipient</c>, <c>result/mismatch</c>, <c>result/malformed</c>.</exception>
    public static ResultPackage Open(SealedResult result, NetworkId network, HpkePrivateKey recipient)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(recipient);
        ReadOnlySpan<byte> sealedFile = result.Ciphertext.Span;
        SealedFileHeader header = ReadHeader(sealedFile);
        using ContentKey key = ResultPackage.TryOpenKey(header, network, result.Task, recipient)
            ?? throw new ClientException(ClientError.NotARecipient, "The result is not sealed to this key store's recipient key.");
        byte[] package = SealedFile.TryOpen(sealedFile, key, result.Receipt.Result, out SealingFailure failure)
            ?? throw new ClientException(ClientError.ResultMismatch, $"The result does not open: {failure}.");
        try
        {
            return ResultPackage.TryDecode(package) ?? throw new ClientException(ClientError.ResultMalformed, "What the enclave sealed is no result package.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(package);
        }
    }

    /// <summary>Opens the note to a data owner in a refused result; null when there is none for this key.</summary>
    /// <exception cref="ClientException"><c>result/malformed</c>.</exception>
    public static RefusalNote? OpenNote(SealedResult result, NetworkId network, AssetId asset, HpkePrivateKey owner)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(owner);
        return RefusalNote.TryOpen(ReadHeader(result.Ciphertext.Span), network, result.Task, asset, owner);
    }

    /// <summary>Writes the files of a result into a folder, readable by their owner only. Overwrites nothing.</summary>
    /// <returns>The paths written; the log, if there is one, as <c>log.txt</c> or, where a file has that name, <c>log.txt.1</c>.</returns>
    /// <exception cref="ClientException"><c>file/exists</c>, <c>file/unreadable</c>.</exception>
    public static IReadOnlyList<string> Write(ResultPackage package, string folder)
    {
        ArgumentNullException.ThrowIfNull(package);
        Directory.CreateDirectory(folder);
        var files = package.Files.Select(file => (file.Name, file.Content)).ToList();
        if (!package.Log.IsEmpty) files.Add((package.Files.Any(file => file.Name == "log.txt") ? "log.txt.1" : "log.txt", package.Log));
        string[] paths = [.. files.Select(file => Path.Combine(folder, file.Name))];
        if (Array.Find(paths, Path.Exists) is { } existing) throw new ClientException(ClientError.FileExists, $"{existing} exists.");
        for (int i = 0; i < paths.Length; i++) Write(paths[i], files[i].Content.Span);
        return paths;
    }

    private static SealedFileHeader ReadHeader(ReadOnlySpan<byte> sealedFile) =>
        sealedFile.Length >= SealedFormat.PrefixSize && SealedFileHeader.TryReadSize(sealedFile[..SealedFormat.PrefixSize], out int size)
        && size <= sealedFile.Length && SealedFileHeader.TryParse(sealedFile[..size]) is { } header
            ? header
            : throw new ClientException(ClientError.ResultMalformed, "The result is no sealed file.");

    private static void Write(string path, ReadOnlySpan<byte> content)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = Private;
        try
        {
            using var file = new FileStream(path, options);
            file.Write(content);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw ClientFile.CannotWrite(path, fault);
        }
    }
}
