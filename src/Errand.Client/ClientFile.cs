namespace Errand.Client;

/// <summary>Reads files that people name, in bounded memory and with errors for people.</summary>
internal static class ClientFile
{
    /// <exception cref="ClientException"><c>file/missing</c>, <c>file/unreadable</c>.</exception>
    internal static byte[] ReadBounded(string path, int sizeMax)
    {
        using FileStream file = OpenRead(path);
        if (file.Length > sizeMax) throw new ClientException(ClientError.FileUnreadable, $"{path} is longer than {sizeMax} bytes.");
        var bytes = new byte[(int)file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    /// <exception cref="ClientException"><c>file/missing</c>, <c>file/unreadable</c>.</exception>
    internal static FileStream OpenRead(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16, FileOptions.SequentialScan);
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ClientException(ClientError.FileMissing, $"There is no file {path}.", fault);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ClientException(ClientError.FileUnreadable, $"{path} cannot be read.", fault);
        }
    }
}
