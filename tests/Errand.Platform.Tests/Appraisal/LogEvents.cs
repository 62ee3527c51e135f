using Errand.Attestation;

namespace Errand.Platform.Tests;

/// <summary>Takes a crypto-agile log apart and writes it again with changes.</summary>
internal static class LogEvents
{
    public static List<LoggedEvent> Read(byte[] log) => [.. EventLog.TryParse(log)!.Events];

    public static LoggedEvent WithDigest(LoggedEvent item, byte[] digest) => item with { Digests = [new EventDigest(TpmAlgorithm.Sha256, digest)] };

    public static byte[] Change(byte[] log, Action<List<LoggedEvent>> change)
    {
        List<LoggedEvent> events = Read(log);
        int headSize = 32 + events[0].Data.Length;
        change(events);
        using var written = new MemoryStream();
        written.Write(log, 0, headSize);
        foreach (LoggedEvent item in events.Skip(1))
        {
            written.Write(BitConverter.GetBytes(item.PcrIndex));
            written.Write(BitConverter.GetBytes(item.Type));
            written.Write([1, 0, 0, 0, 0x0B, 0]);
            written.Write(item.Digest(TpmAlgorithm.Sha256)!.Value.Span);
            written.Write(BitConverter.GetBytes(item.Data.Length));
            written.Write(item.Data.Span);
        }
        return written.ToArray();
    }
}
