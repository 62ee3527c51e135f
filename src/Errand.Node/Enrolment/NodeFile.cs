using System.Text.Json;
using System.Text.Json.Serialization;
using Errand.Cryptography;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Node;

/// <summary>What an enrolled node is: <c>node.json</c> in its folder. Holds no secret.</summary>
public sealed partial record NodeFile
{
    internal const string Verifier = "verifier", Executor = "executor";

    /// <summary>URL of the network's HTTP door.</summary>
    public required string Network { get; init; }

    /// <summary>The node's key, 64 hexadecimal digits.</summary>
    public required string Node { get; init; }

    /// <summary><c>verifier</c> or <c>executor</c>.</summary>
    public required string Role { get; init; }

    /// <summary>The operator's key, 64 hexadecimal digits.</summary>
    public required string Operator { get; init; }

    /// <summary>The operator's signature for the node, 128 hexadecimal digits; null until it is there.</summary>
    public string? Vouch { get; init; }

    /// <summary>Port on the loopback interface.</summary>
    public required int Port { get; init; }

    /// <summary>Where others reach that port.</summary>
    public required string Endpoint { get; init; }

    /// <summary>The site it claims.</summary>
    public required string Site { get; init; }

    /// <summary>The jurisdiction it claims.</summary>
    public required string Jurisdiction { get; init; }

    /// <summary>Its TPM.</summary>
    public required NodeTpmPlace Tpm { get; init; }

    /// <summary>An executor's folder of its site's sealed data.</summary>
    public string? DataFolder { get; init; }

    /// <summary>The development network whose vendor made an executor's processor; null for a verifier, and for a processor that no development network made.</summary>
    public string? DevelopmentTee { get; init; }

    /// <summary>An executor's virtual machines; null for a verifier, and for an executor whose enclaves are processes.</summary>
    public NodeMachines? Machines { get; init; }

    internal PublicKey NodeKey => Key(Node);

    internal PublicKey OperatorKey => Key(Operator);

    internal NodeRoles Roles => Role switch
    {
        Verifier => NodeRoles.Verifier,
        Executor => NodeRoles.Executor,
        _ => throw Damaged(),
    };

    /// <summary>Reads the file of an enrolled node.</summary>
    /// <exception cref="EnrolmentException"><c>node/not-enrolled</c>, <c>node/damaged</c>.</exception>
    public static NodeFile Read(NodeFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        try
        {
            NodeFile read = JsonSerializer.Deserialize(File.ReadAllBytes(folder.File), FileJson.Default.NodeFile) ?? throw Damaged();
            return read is { Roles: not NodeRoles.None } && read.NodeKey != read.OperatorKey ? read : throw Damaged();
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new EnrolmentException("node/not-enrolled", $"There is no node in {folder.Root}.", "Enrol this machine first: errand node enrol --state FOLDER.", missing);
        }
        catch (JsonException broken)
        {
            throw new EnrolmentException("node/damaged", $"{folder.File} is not what was written: {broken.Message}", "Restore it from a copy.", broken);
        }
    }

    /// <summary>Writes it, whole or not at all.</summary>
    public void Write(NodeFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        NodeFolder.Write(folder.File, JsonSerializer.SerializeToUtf8Bytes(this, FileJson.Default.NodeFile));
    }

    /// <summary>The same with an operator's word for it, checked.</summary>
    /// <exception cref="EnrolmentException"><c>node/vouch</c>: it is not this operator's, or not for this node.</exception>
    public NodeFile WithVouch(NetworkId network, string vouch)
    {
        if (!TryHex(vouch, ProtocolSizes.Signature, out byte[] signature) || !Ed25519.Verify(OperatorKey, RegisterEntry.VouchMessage(network, NodeKey, Roles), signature))
            throw new EnrolmentException("node/vouch", "The vouch is not this operator's for this node, role and network.", $"The operator makes it with: errand operator vouch {Node} --role {Role}.");
        return this with { Vouch = vouch };
    }

    internal static bool TryHex(string text, int size, out byte[] bytes)
    {
        bytes = new byte[size];
        return text.Length == 2 * size && Convert.FromHexString(text, bytes, out _, out int written) == System.Buffers.OperationStatus.Done && written == size;
    }

    private static PublicKey Key(string hex) => Bytes32.TryParseHex(hex, out Bytes32 value) ? new PublicKey(value) : throw Damaged();

    private static EnrolmentException Damaged() => new("node/damaged", "node.json holds something that was not written.", "Restore it from a copy.");

    [JsonSourceGenerationOptions(WriteIndented = true, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
    [JsonSerializable(typeof(NodeFile))]
    private sealed partial class FileJson : JsonSerializerContext;
}
