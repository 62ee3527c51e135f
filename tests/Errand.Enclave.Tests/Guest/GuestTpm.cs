using Errand.Platform;
using Errand.Tpm;

namespace Errand.Enclave.Tests;

/// <summary>The TPM of a machine that is played: a swtpm with the log of its boot, and what the machine did with it.</summary>
internal sealed class GuestTpm(SwtpmMachine? machine) : IGuestTpm
{
    /// <summary>A machine without one.</summary>
    public static GuestTpm None { get; } = new(null);

    public List<string> Steps { get; } = [];

    /// <summary>The log in place of the boot's own.</summary>
    public byte[]? Log { get; init; }

    /// <summary>The step that fails.</summary>
    public string? Refuses { get; init; }

    public bool IsThere => machine is not null;

    public ITpm Open()
    {
        Do("open");
        return new Borrowed(machine!.Tpm);
    }

    public byte[] ReadLog(int sizeMax)
    {
        Do("log");
        byte[] log = Log ?? File.ReadAllBytes(machine!.EventLogFile);
        return log[..Math.Min(log.Length, sizeMax + 1)];
    }

    public void Remove() => Do("remove");

    private void Do(string step)
    {
        Steps.Add(step);
        if (step == Refuses) throw new IOException("Refused.");
    }

    // The machine lets go of it; it is still the test's.
    private sealed class Borrowed(ITpm tpm) : ITpm
    {
        public ValueTask<byte[]> TransmitAsync(ReadOnlyMemory<byte> command, CancellationToken cancellation) => tpm.TransmitAsync(command, cancellation);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
