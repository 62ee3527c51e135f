using Errand.Tpm;

namespace Errand.Platform;

/// <summary>Where Linux shows what was measured (securityfs), and how much of it is read.</summary>
public static class MeasurementLogs
{
    /// <summary>The firmware's crypto-agile event log.</summary>
    public const string FirmwareFile = "/sys/kernel/security/tpm0/binary_bios_measurements";

    /// <summary>The Integrity Measurement Architecture's runtime measurements.</summary>
    public const string ImaFile = "/sys/kernel/security/ima/binary_runtime_measurements";

    /// <summary>The longest log read: what does not fit into evidence is of no use, and securityfs gives no size beforehand.</summary>
    public const int SizeMax = 16 << 20;

    /// <summary>Reads a log whole; null when there is no such file.</summary>
    /// <exception cref="TpmException">It cannot be read, or is longer than <see cref="SizeMax"/>.</exception>
    public static async ValueTask<byte[]?> TryReadAsync(string file, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(file);
        try
        {
            var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            await using (stream.ConfigureAwait(false))
            {
                using var content = new MemoryStream();
                var piece = new byte[64 << 10];
                int size;
                while ((size = await stream.ReadAsync(piece, cancellation).ConfigureAwait(false)) > 0)
                {
                    if (content.Length + size > SizeMax) throw new TpmException(TpmError.NoEventLog, $"{file} is longer than {SizeMax >> 20} MiB.");
                    content.Write(piece, 0, size);
                }
                return content.ToArray();
            }
        }
        catch (Exception none) when (none is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (UnauthorizedAccessException denied)
        {
            throw new TpmException(TpmError.NoEventLog, $"This process may not read {file}.", denied);
        }
    }
}
