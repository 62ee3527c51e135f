using System.Buffers.Binary;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Errand.Attestation;
using Errand.Tpm;

namespace Errand.Platform.Tests;

/// <summary>
/// A virtual machine that firmware booted and measured (OVMF under QEMU's own processor emulation, a swtpm as its TPM), and its TPM: each
/// command goes through the guest's kernel and <c>/dev/tpmrm0</c>.
/// </summary>
internal sealed class BootedMachine : ITpm
{
    private const int LogSizeMax = 1 << 20, Looks = 400;
    private static readonly byte[] Greeting = Encoding.ASCII.GetBytes("errand boot guest 1\n");

    // A boot takes six seconds on an idle machine, and other tests run beside it.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4), Pause = TimeSpan.FromMilliseconds(50);

    private readonly Process _swtpm;
    private readonly Process _qemu;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private NetworkStream? _port;

    private BootedMachine(Process swtpm, Process qemu)
    {
        _swtpm = swtpm;
        _qemu = qemu;
    }

    /// <summary>The firmware's event log, as the guest's kernel shows it.</summary>
    public byte[] EventLog { get; private set; } = [];

    /// <summary>Boots.</summary>
    /// <param name="folder">For sockets and the console's text; a new one for each boot.</param>
    /// <param name="tpmState">The TPM's folder, manufactured.</param>
    /// <param name="boot">Kernel, initrd and command line.</param>
    /// <param name="memory">Bytes of memory: a part of what is measured.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public static async Task<BootedMachine> StartAsync(string folder, string tpmState, DirectBoot boot, long memory, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);
        string At(string name) => Path.Combine(folder, name);
        await File.WriteAllBytesAsync(At("kernel"), boot.Kernel.ToArray(), cancellation);
        await File.WriteAllBytesAsync(At("initrd"), boot.Initrd.ToArray(), cancellation);
        Process swtpm = Process.Start(new ProcessStartInfo(SwtpmTools.Find("swtpm")!, ["socket", "--tpm2", "--tpmstate", $"dir={tpmState}", "--ctrl", $"type=unixio,path={At("tpm")}", "--log", $"file={At("swtpm.log")}", "--terminate"]))!;
        Process? qemu = null;
        try
        {
            await UntilAsync(() => File.Exists(At("tpm")), swtpm, cancellation);
            qemu = Process.Start(new ProcessStartInfo(BootFiles.Qemu,
            [
                "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot", "-serial", $"file:{At("console")}", "-M", "q35", "-accel", "tcg,tb-size=64", "-cpu", "max",
                "-m", $"{memory >> 20}M", "-smp", "1", "-bios", BootFiles.Firmware, "-kernel", At("kernel"), "-initrd", At("initrd"), "-append", boot.CommandLine,
                "-chardev", $"socket,id=tpm0,path={At("tpm")}", "-tpmdev", "emulator,id=tpm0,chardev=tpm0", "-device", "tpm-crb,tpmdev=tpm0",
                "-chardev", $"socket,id=port0,path={At("port")},server=on,wait=off", "-device", "virtio-serial-pci", "-device", "virtserialport,chardev=port0,name=errand.0",
            ]))!;
            var machine = new BootedMachine(swtpm, qemu);
            await UntilAsync(() => File.Exists(At("port")), qemu, cancellation);
            try
            {
                await machine.GreetAsync(At("port"), cancellation);
            }
            catch (Exception silent) when (silent is IOException or OperationCanceledException)
            {
                string console = File.Exists(At("console")) ? await File.ReadAllTextAsync(At("console"), CancellationToken.None) : "";
                Assert.Fail($"The guest did not come up ({silent.Message}); its console: {console[^Math.Min(console.Length, 4000)..]}");
            }
            return machine;
        }
        catch
        {
            End(qemu);
            End(swtpm);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<byte[]> TransmitAsync(ReadOnlyMemory<byte> command, CancellationToken cancellation)
    {
        TpmFrame.RequireCommand(command.Span);
        await _turn.WaitAsync(cancellation);
        try
        {
            await _port!.WriteAsync(command, cancellation);
            byte[] header = await ReadAsync(TpmFrame.HeaderSize, cancellation);
            int size = TpmFrame.ReadSize(header) ?? throw new TpmException(TpmError.MalformedResponse, "The guest's TPM gave no response.");
            return [.. header, .. await ReadAsync(size - TpmFrame.HeaderSize, cancellation)];
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_port is not null) await _port.DisposeAsync();
        _turn.Dispose();
        End(_qemu);
        // It ends by itself with the machine.
        if (!_swtpm.WaitForExit(TimeSpan.FromSeconds(20))) End(_swtpm);
        else _swtpm.Dispose();
    }

    // The guest speaks first, and whatever firmware wrote to the port before is not its.
    private async Task GreetAsync(string path, CancellationToken cancellation)
    {
        using var late = new CancellationTokenSource(Patience);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        _port = new NetworkStream(await SwtpmSocket.ConnectAsync(new UnixDomainSocketEndPoint(path), either.Token), ownsSocket: true);
        byte[] window = await ReadAsync(Greeting.Length, either.Token);
        while (!window.AsSpan().SequenceEqual(Greeting)) window = [.. window[1..], .. await ReadAsync(1, either.Token)];
        int size = BinaryPrimitives.ReadInt32BigEndian(await ReadAsync(4, either.Token));
        Assert.InRange(size, 1, LogSizeMax);
        EventLog = await ReadAsync(size, either.Token);
    }

    private async Task<byte[]> ReadAsync(int size, CancellationToken cancellation)
    {
        var bytes = new byte[size];
        await _port!.ReadExactlyAsync(bytes, cancellation);
        return bytes;
    }

    private static async Task UntilAsync(Func<bool> isThere, Process process, CancellationToken cancellation)
    {
        for (int looks = 0; !isThere(); looks++)
        {
            Assert.False(process.HasExited || looks == Looks, $"{process.StartInfo.FileName} did not open its socket.");
            await Task.Delay(Pause, cancellation);
        }
    }

    private static void End(Process? process)
    {
        if (process is null) return;
        if (!process.HasExited) process.Kill();
        process.WaitForExit();
        process.Dispose();
    }
}
