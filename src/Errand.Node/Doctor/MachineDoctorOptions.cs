using Errand.Protocol;

namespace Errand.Node;

/// <summary>What is examined, and for which network.</summary>
public sealed record MachineDoctorOptions
{
    /// <summary>The TPM: a character device, or swtpm's Unix socket.</summary>
    public string Device { get; init; } = Tpm.LinuxTpm.DefaultDevice;

    /// <summary>The firmware's event log.</summary>
    public string EventLogFile { get; init; } = Platform.MeasurementLogs.FirmwareFile;

    /// <summary>The kernel's measurement list.</summary>
    public string ImaFile { get; init; } = Platform.MeasurementLogs.ImaFile;

    /// <summary>The EK certificate in DER, for a TPM that holds none.</summary>
    public ReadOnlyMemory<byte>? EkCertificate { get; init; }

    /// <summary>Certificates in DER among which the EK certificate's issuers are looked for.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> IssuerCertificates { get; init; } = [];

    /// <summary>The authorisation value of the endorsement hierarchy; empty on machines where nobody set one.</summary>
    public ReadOnlyMemory<byte> EndorsementValue { get; init; }

    /// <summary>The network that the machine wants to be in; null looks at the machine only.</summary>
    public Genesis? Genesis { get; init; }

    /// <summary>The state of that network, if it can be reached: its terms of now, which governance may have changed, and who stands on which TPM.</summary>
    public NetworkState? State { get; init; }
}
