using System.Text.Json;
using System.Text.Json.Serialization;

namespace Errand.Node;

/// <summary>What a running host tells others in its folder: address and process.</summary>
/// <param name="Address">Where it answers.</param>
/// <param name="Port">The port of it.</param>
/// <param name="ProcessId">Its process.</param>
/// <param name="Ready">True once every node is qualified.</param>
/// <param name="Ledger">Where the ledger answers, if elsewhere.</param>
public sealed partial record HostFile(string Address, int Port, int ProcessId, bool Ready, string? Ledger = null)
{
    /// <summary>Where the ledger answers.</summary>
    [JsonIgnore]
    public string LedgerAddress => Ledger ?? Address;

    /// <summary>Reads it; null where there is none.</summary>
    public static HostFile? TryRead(DevelopmentFolder folder)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(folder.Host), Json.Default.HostFile);
        }
        catch (Exception missing) when (missing is IOException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Writes it, whole or not at all.</summary>
    public void Write(DevelopmentFolder folder)
    {
        string unfinished = folder.Host + ".part";
        File.WriteAllBytes(unfinished, JsonSerializer.SerializeToUtf8Bytes(this, Json.Default.HostFile));
        File.Move(unfinished, folder.Host, overwrite: true);
    }

    [JsonSerializable(typeof(HostFile))]
    private sealed partial class Json : JsonSerializerContext;
}
