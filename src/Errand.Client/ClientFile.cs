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

    /// <summary>What a failed write was: <c>file/disk-full</c> or <c>file/unreadable</c>.</summary>
    /// <param name="path">The file that was written.</param>
    /// <param name="fault">What the system said.</param>
    /// <param name="advice">What to do when the disk is not full; the error's own advice unless told.</param>
    internal static ClientException CannotWrite(string path, Exception fault, string? advice = null)
    {
        if (IsDiskFull(fault)) return new ClientException(ClientError.DiskFull, $"The disk of {path} is full, or a quota is used up.", fault);
        string what = $"{path} cannot be written: {fault.Message}";
        return advice is null ? new ClientException(ClientError.FileUnreadable, what, fault) : new ClientException(ClientError.FileUnreadable, what, advice, fault);
    }

    // An I/O error has the system's number: ENOSPC or EDQUOT of Linux, ERROR_DISK_FULL of Windows in the low half of a HRESULT.
    private static bool IsDiskFull(Exception fault) => fault is IOException && (OperatingSystem.IsWindows() ? (fault.HResult & 0xFFFF) == 112 : fault.HResult is 28 or 122);
}
