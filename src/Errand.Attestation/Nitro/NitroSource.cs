namespace Errand.Attestation;

/// <summary>What an attestation document of the Nitro system is about. The meaning of its PCRs depends on it.</summary>
public enum NitroSource
{
    /// <summary>An enclave: member <c>pcrs</c>, measured by the Nitro hypervisor.</summary>
    Enclave = 1,

    /// <summary>An instance with a NitroTPM: member <c>nitrotpm_pcrs</c>, extended by the instance's own firmware and software.</summary>
    NitroTpm = 2,
}
