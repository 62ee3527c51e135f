namespace Errand.Attestation;

/// <summary>Virtual machine monitors whose first processor state and order of launch pages are known.</summary>
public enum VmmKind
{
    /// <summary>QEMU with KVM.</summary>
    Qemu,

    /// <summary>AWS EC2.</summary>
    Ec2,

    /// <summary>Google Compute Engine.</summary>
    Gce,
}
