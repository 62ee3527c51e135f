using System.Net.Sockets;
using Errand.Platform;
using Errand.Tpm;

namespace Errand.Node;

/// <summary>A node's TPM, opened; a swtpm that the node started is switched off in order with it.</summary>
internal sealed class NodeTpm : IAsyncDisposable
{
    private readonly IAsyncDisposable _device;

    private NodeTpm(IAsyncDisposable device, LiveTpm live)
    {
        _device = device;
        Live = live;
    }

    public LiveTpm Live { get; }

    /// <summary>Opens it.</summary>
    /// <exception cref="TpmException">It is not there, or lacks what a node needs.</exception>
    /// <exception cref="EnrolmentException">The place is not one.</exception>
    public static async Task<NodeTpm> OpenAsync(NodeTpmPlace place, string attestationKeyFile, TimeProvider time, CancellationToken cancellation)
    {
        var options = new LiveTpmOptions
        {
            AttestationKeyFile = attestationKeyFile,
            EventLogFile = place.EventLogFile,
            ImaFile = place.ImaFile,
            EkCertificate = place.EkCertificateFile is { } certificate ? CertificateFiles.Read(certificate) : (ReadOnlyMemory<byte>?)null,
            EndorsementValue = place.EndorsementValueFile is { } value ? ReadEndorsementValue(value) : default,
            IssuerCertificates = place.IssuersFolder is { } issuers ? CertificateFiles.ReadFolder(issuers) : [],
        };
        (IAsyncDisposable device, ITpm tpm) = await OpenDeviceAsync(place, time, cancellation).ConfigureAwait(false);
        try
        {
            if (device is SwtpmMachine machine)
                options = options with { EventLogFile = machine.EventLogFile, IssuerCertificates = [.. options.IssuerCertificates, .. new SwtpmAuthority(place.SwtpmAuthorityFolder!).Certificates] };
            return new NodeTpm(device, await LiveTpm.OpenAsync(tpm, options, time, cancellation).ConfigureAwait(false));
        }
        catch
        {
            await device.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Live.DisposeAsync().ConfigureAwait(false);
        await _device.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>The authorisation value in a file.</summary>
    /// <exception cref="EnrolmentException"><c>node/endorsement-value</c>: it is longer than any.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static byte[] ReadEndorsementValue(string file)
    {
        // At most the size of the largest digest (Part 2, section 10.4.5).
        const int SizeMax = 64;
        return new FileInfo(file).Length <= SizeMax ? File.ReadAllBytes(file)
            : throw new EnrolmentException("node/endorsement-value", $"{file} has more than {SizeMax} bytes.", "Give the file that holds the value alone, without a line's end.");
    }

    private static async Task<(IAsyncDisposable, ITpm)> OpenDeviceAsync(NodeTpmPlace place, TimeProvider time, CancellationToken cancellation)
    {
        if (place.Address.StartsWith(NodeTpmPlace.MachinePrefix, StringComparison.Ordinal))
        {
            if (place.SwtpmAuthorityFolder is not { } authority)
                throw new EnrolmentException("enrol/swtpm-authority", "A swtpm of the node's own needs an authority that certifies it.", "Name the folder of the authority whose root the network pins: --swtpm-authority FOLDER (of a development network: keys/swtpm in its folder).");
            SwtpmMachine machine = await SwtpmMachine.StartAsync(place.Address[NodeTpmPlace.MachinePrefix.Length..], new SwtpmAuthority(authority), new DevelopmentBoot(), time, cancellation).ConfigureAwait(false);
            return (machine, machine.Tpm);
        }
        ITpm tpm = place.Address.StartsWith(NodeTpmPlace.SocketPrefix, StringComparison.Ordinal)
            ? new SwtpmSocket(new UnixDomainSocketEndPoint(place.Address[NodeTpmPlace.SocketPrefix.Length..]), time)
            : LinuxTpm.Open(place.Address);
        return (tpm, tpm);
    }
}
