using Errand.Client;
using Errand.Cryptography;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Node;

/// <summary>What a machine is enrolled as.</summary>
public sealed record EnrolmentOptions
{
    /// <summary>The node's folder; must not hold a node.</summary>
    public required NodeFolder Folder { get; init; }

    /// <summary>The network's HTTP door.</summary>
    public required Uri Network { get; init; }

    /// <summary>The network's id, if it is known; null takes what the door says.</summary>
    public NetworkId? Expected { get; init; }

    /// <summary>Verifier or executor.</summary>
    public required NodeRoles Role { get; init; }

    /// <summary>Who stands behind it.</summary>
    public required PublicKey Operator { get; init; }

    /// <summary>Vouches for the node here and now; null when the operator does it elsewhere.</summary>
    public SigningKey? OperatorKey { get; init; }

    /// <summary>Its TPM, with absolute paths.</summary>
    public required NodeTpmPlace Tpm { get; init; }

    /// <summary>A key store from which the node's keys are taken, or in which new ones are kept for the day when the TPM no longer opens them; null for none.</summary>
    public string? RecoveryFolder { get; init; }

    /// <summary>Opens or makes it.</summary>
    public Passphrase? RecoveryPassphrase { get; init; }

    /// <summary>Port on the loopback interface; 0 takes any.</summary>
    public int Port { get; init; }

    /// <summary>Where others reach that port; null for the loopback address itself.</summary>
    public string? Endpoint { get; init; }

    /// <summary>The site it claims.</summary>
    public string Site { get; init; } = "anywhere";

    /// <summary>The jurisdiction it claims.</summary>
    public string Jurisdiction { get; init; } = "development";

    /// <summary>An executor's folder of its site's sealed data.</summary>
    public string? DataFolder { get; init; }

    /// <summary>The folder of the development network whose vendor made an executor's processor.</summary>
    public string? DevelopmentTee { get; init; }

    /// <summary>An executor's virtual machines, with absolute paths; null for processes.</summary>
    public NodeMachines? Machines { get; init; }
}
