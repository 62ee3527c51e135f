namespace Errand.Node;

/// <summary>An executor's virtual machines. As written in <c>node.json</c>.</summary>
public sealed record NodeMachines
{
    /// <summary>Kinds of <see cref="Tee"/>: <c>sev-snp</c>, <c>tdx</c>, or <c>development</c> for ordinary machines that a development network's made-up processor vouches for.</summary>
    public const string SevSnp = "sev-snp", Tdx = "tdx", Development = "development";

    /// <summary>What closes the machines to this host.</summary>
    public required string Tee { get; init; }

    /// <summary>The folder of the image that they boot.</summary>
    public required string Image { get; init; }

    /// <summary>Their firmware: OVMF's AmdSev or IntelTdx build. Null for ordinary machines.</summary>
    public string? Firmware { get; init; }

    /// <summary>For TDX: the folder in which the operator keeps Intel's collateral for this platform.</summary>
    public string? Collateral { get; init; }

    /// <summary>Memory of a machine in MiB; null for the usual.</summary>
    public int? MemoryMiB { get; init; }
}
