namespace Errand.Node;

/// <summary>Where a node finds its TPM, and what belongs to it. As written in <c>node.json</c>.</summary>
public sealed record NodeTpmPlace
{
    internal const string SocketPrefix = "unix:", MachinePrefix = "swtpm:";

    /// <summary>A device such as /dev/tpmrm0; <c>unix:PATH</c>, a swtpm that somebody else runs; or <c>swtpm:FOLDER</c>, a swtpm that the node itself starts.</summary>
    public string Address { get; init; } = Tpm.LinuxTpm.DefaultDevice;

    /// <summary>The firmware's event log; not looked at for <c>swtpm:FOLDER</c>, which writes its own.</summary>
    public string EventLogFile { get; init; } = Platform.MeasurementLogs.FirmwareFile;

    /// <summary>The kernel's measurement list, to offer it too; null to offer none.</summary>
    public string? ImaFile { get; init; }

    /// <summary>File of the EK certificate, PEM or DER, for a TPM that holds none.</summary>
    public string? EkCertificateFile { get; init; }

    /// <summary>Folder of the manufacturer's certificates, PEM or DER.</summary>
    public string? IssuersFolder { get; init; }

    /// <summary>A file with the authorisation value of the endorsement hierarchy, all its bytes; null where it is empty.</summary>
    public string? EndorsementValueFile { get; init; }

    /// <summary>Folder of the authority that certifies the TPM of <c>swtpm:FOLDER</c>.</summary>
    public string? SwtpmAuthorityFolder { get; init; }

    /// <summary>Its paths as the user means them.</summary>
    public NodeTpmPlace At(Func<string, string> path)
    {
        ArgumentNullException.ThrowIfNull(path);
        string prefix = Array.Find([SocketPrefix, MachinePrefix], known => Address.StartsWith(known, StringComparison.Ordinal)) ?? "";
        return this with
        {
            Address = prefix + path(Address[prefix.Length..]),
            EventLogFile = path(EventLogFile),
            ImaFile = ImaFile is null ? null : path(ImaFile),
            EkCertificateFile = EkCertificateFile is null ? null : path(EkCertificateFile),
            IssuersFolder = IssuersFolder is null ? null : path(IssuersFolder),
            EndorsementValueFile = EndorsementValueFile is null ? null : path(EndorsementValueFile),
            SwtpmAuthorityFolder = SwtpmAuthorityFolder is null ? null : path(SwtpmAuthorityFolder),
        };
    }
}
