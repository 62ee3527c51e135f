using Errand.Protocol;

namespace Errand.Enclave;

/// <summary>Makes enclaves that are virtual machines: booted for one task, and thrown away.</summary>
/// <remarks>Thread-safe. Each machine has a state folder of its own, removed with it. A machine that does not come up is tried once more.</remarks>
public sealed class VmEnclaveLauncher : IEnclaveLauncher
{
    private const string Warning =
        "WARNING: enclaves are ordinary virtual machines here. Whoever holds this machine can read their memory, with every key and all data.";

    private const int Tries = 2;
    private readonly VmEnclaveOptions _options;
    private readonly EnclaveStandby _standby;

    /// <summary>Measures the image, removes what a host that was killed left behind and, if asked to, starts the first machine ahead.</summary>
    /// <exception cref="IOException">The image's files cannot be read.</exception>
    /// <exception cref="InvalidOperationException">The user's folder for enclaves, in the temporary one, is not that user's alone. The message says what to do.</exception>
    /// <exception cref="VmHostException">This host starts no machines of the profile's mode; says why and what to do.</exception>
    /// <exception cref="ArgumentException">A mode that a processor measures, and no measurement to expect; a mode with a software TPM, and no state for it.</exception>
    public VmEnclaveLauncher(VmEnclaveOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        VmMode mode = options.Profile.Mode;
        if (Examine(options.Profile) is not VmHostFault.None and VmHostFault fault) throw new VmHostException(fault, mode);
        bool isOrdinary = mode is VmMode.Emulated or VmMode.Vtpm;
        if (mode == VmMode.Vtpm && options.TpmState is null) throw new ArgumentException($"Machines of mode {mode} need the state of a TPM.", nameof(options));
        if (isOrdinary) options.Warn(Warning);
        // A processor measures in its own way, which takes the firmware apart: errand image measure calculates that.
        else if (options.Measurement is not { Length: EnclaveImage.MeasurementSize }) throw new ArgumentException($"Machines of mode {mode} need the {EnclaveImage.MeasurementSize} bytes that their processor measures.", nameof(options));
        Measurement = isOrdinary ? options.Image.Measure(options.Profile) : options.Measurement!.Value;
        EnclaveFolder.RemoveLeftBehind(EnclaveMachine.FolderKind, LeftBehindMachine.End);
        if (MachineUser.TryDraw(options, out string? asRoot) is null && asRoot is not null) options.Warn($"WARNING: machines run as root, not as users of their own: {asRoot}.");
        _standby = new EnclaveStandby(StartAsync, options.Standby);
        _standby.Begin();
    }

    /// <summary>The path of the program that runs virtual machines, QEMU; null when it is not installed.</summary>
    public static string? Program => EnclaveMachine.FindProgram();

    /// <summary>True when the program that runs virtual machines is installed.</summary>
    public static bool IsSupported => Program is not null;

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Measurement { get; }

    /// <inheritdoc/>
    public bool Fits(TaskLimits limits, long heldBytes) =>
        EnclaveLimits.Allow(limits) && heldBytes <= EnclaveLimits.InputBytesMax && _options.Profile.Fits(limits, heldBytes);

    /// <inheritdoc/>
    public Task<EnclaveAnswer<IEnclaveSession>> LaunchAsync(CancellationToken cancellation) => _standby.TakeAsync(cancellation);

    /// <summary>Destroys the machine kept ready. Sessions handed out are their users'.</summary>
    public ValueTask DisposeAsync() => _standby.DisposeAsync();

    private static VmHostFault Examine(VmProfile profile)
    {
        VmHostFault fault = VmHost.Examine(profile.Mode);
        bool lacksFirmware = profile.Mode != VmMode.Emulated && !File.Exists(profile.Firmware);
        return fault == VmHostFault.None && lacksFirmware ? VmHostFault.NoFirmware : fault;
    }

    private static TsmProvider Provider(VmMode mode) => mode switch
    {
        VmMode.Emulated => TsmProvider.None,
        VmMode.SevSnp => TsmProvider.SevGuest,
        VmMode.Tdx => TsmProvider.TdxGuest,
        VmMode.Vtpm => TsmProvider.DevelopmentVtpm,
        _ => throw new ArgumentOutOfRangeException(nameof(mode)),
    };

    private async Task<EnclaveAnswer<IEnclaveSession>> StartAsync(CancellationToken cancellation)
    {
        EnclaveAnswer<IEnclaveSession> answer = new(AbortReason.EnclaveLost, null);
        for (int i = 0; i < Tries && answer.Value is null; i++) answer = await TryStartAsync(cancellation).ConfigureAwait(false);
        return answer;
    }

    private async Task<EnclaveAnswer<IEnclaveSession>> TryStartAsync(CancellationToken cancellation)
    {
        EnclaveMachine machine = EnclaveMachine.Start(_options);
        using var timeout = new CancellationTokenSource(_options.StartTimeout, _options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
        AbortReason reason = AbortReason.EnclaveLost;
        HostChannel? channel = null;
        try
        {
            if (await machine.ConnectAsync(_options.Time, either.Token).ConfigureAwait(false) is { } stream)
            {
                channel = new HostChannel(stream, stream);
                if (await channel.WaitForHelloAsync(either.Token).ConfigureAwait(false)) reason = AbortReason.None;
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            reason = AbortReason.StartTimeout;
        }
        catch (IOException)
        {
            // The machine ended while it was listened to.
        }
        finally
        {
            if (reason != AbortReason.None) await machine.DisposeAsync().ConfigureAwait(false);
        }
        return reason == AbortReason.None ? new(reason, new EnclaveSession(channel!, machine, Provider(_options.Profile.Mode))) : new(reason, null);
    }
}
