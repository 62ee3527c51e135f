using System.Text;
using Errand.Protocol;
using Wasmtime;

namespace Errand.Enclave;

/// <summary>The calls of preview 1 that are not about files: arguments, environment, clock, randomness, exit.</summary>
internal sealed class WasiProcessCalls(GuestMemory memory, IReadOnlyList<string> arguments, DeterministicRandom random)
{
    // The network has the only clock that counts; an app that could tell the time could also time the host.
    private const ulong Clock = 0;
    private const ulong ClockResolution = 1;
    private const int ClockIdMax = 3;

    private readonly byte[][] _arguments = [.. arguments.Select(text => Encoding.UTF8.GetBytes(text + '\0'))];

    public void Define(Linker linker)
    {
        const string module = WasmProfile.WasiModule;
        linker.DefineFunction(module, "args_sizes_get", (int count, int size) => (int)Sizes(count, size, _arguments));
        linker.DefineFunction(module, "args_get", (int pointers, int buffer) => (int)Strings(pointers, buffer, _arguments));
        linker.DefineFunction(module, "environ_sizes_get", (int count, int size) => (int)Sizes(count, size, []));
        linker.DefineFunction(module, "environ_get", (int pointers, int buffer) => (int)Strings(pointers, buffer, []));
        linker.DefineFunction(module, "clock_res_get", (int id, int result) => (int)Time(id, result, ClockResolution));
        linker.DefineFunction(module, "clock_time_get", (int id, long _, int result) => (int)Time(id, result, Clock));
        linker.DefineFunction(module, "random_get", (int buffer, int size) => (int)Random(buffer, size));
        linker.DefineFunction(module, "sched_yield", () => (int)WasiErrno.Success);
        linker.DefineFunction(module, "poll_oneoff", (int _, int _, int _, int _) => (int)WasiErrno.NotSupported);
        linker.DefineFunction(module, "proc_raise", (int _) => (int)WasiErrno.NotSupported);
        linker.DefineFunction(module, "proc_exit", (int code) => Exit(code));
    }

    private static void Exit(int code) => throw new GuestStopException(code == 0 ? OutcomeCode.Ok : OutcomeCode.AppFailed);

    private WasiErrno Sizes(int count, int size, byte[][] strings)
    {
        WasiErrno error = memory.WriteUInt32(count, (uint)strings.Length);
        return error != WasiErrno.Success ? error : memory.WriteUInt32(size, (uint)strings.Sum(text => text.Length));
    }

    private WasiErrno Strings(int pointers, int buffer, byte[][] strings)
    {
        // Guest pointers may wrap; each address is checked where it is used.
        foreach (byte[] text in strings)
        {
            if (!memory.TrySlice(buffer, text.Length, out Span<byte> range)) return WasiErrno.Fault;
            text.CopyTo(range);
            WasiErrno error = memory.WriteUInt32(pointers, unchecked((uint)buffer));
            if (error != WasiErrno.Success) return error;
            buffer = unchecked(buffer + text.Length);
            pointers = unchecked(pointers + sizeof(uint));
        }
        return WasiErrno.Success;
    }

    private WasiErrno Time(int id, int result, ulong value) => id is >= 0 and <= ClockIdMax ? memory.WriteUInt64(result, value) : WasiErrno.Invalid;

    private WasiErrno Random(int buffer, int size)
    {
        if (!memory.TrySlice(buffer, size, out Span<byte> range)) return WasiErrno.Fault;
        random.Fill(range);
        return WasiErrno.Success;
    }
}
