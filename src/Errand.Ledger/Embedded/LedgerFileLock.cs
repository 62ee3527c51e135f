using System.Globalization;

namespace Errand.Ledger;

/// <summary>Holds a ledger file for one owner on this machine, for as long as it lives or its process does.</summary>
/// <remarks>
/// SQLite's own exclusive mode would shut out this process's readers too. The lock is the operating system's, on a file
/// beside the ledger that is never deleted: deleting it would let a third process lock a new file of the same name. Who
/// holds it stands in a second file, because the first cannot be read while locked.
/// </remarks>
internal sealed class LedgerFileLock : IDisposable
{
    // What the system answers when another holds the lock: Windows, Linux (EWOULDBLOCK), macOS.
    private const int SharingViolation = unchecked((int)0x80070020);
    private const int WouldBlockLinux = 11;
    private const int WouldBlockMac = 35;

    private readonly FileStream _stream;

    private LedgerFileLock(FileStream stream) => _stream = stream;

    /// <exception cref="LedgerException"><see cref="LedgerFault.InUse"/>, naming the owner.</exception>
    internal static LedgerFileLock Take(string path)
    {
        FileStream stream;
        try
        {
            stream = new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e.HResult is SharingViolation or WouldBlockLinux or WouldBlockMac)
        {
            throw new LedgerException(LedgerFault.InUse, $"The ledger {path} is open in {OwnerOf(path)}. Only one may write it: end that process, or connect to it instead.", e);
        }
        try
        {
            string owner = string.Create(CultureInfo.InvariantCulture, $"process {Environment.ProcessId} on {Environment.MachineName}");
            File.WriteAllText(path + ".owner", owner);
            return new LedgerFileLock(stream);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    public void Dispose() => _stream.Dispose();

    private static string OwnerOf(string path)
    {
        try
        {
            string owner = File.ReadAllText(path + ".owner");
            return owner.Length > 0 ? owner : "another process";
        }
        catch (IOException)
        {
            // Being written at this moment, or removed: the refusal stands without the name.
            return "another process";
        }
    }
}
