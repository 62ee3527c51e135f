using System.Runtime.ExceptionServices;
using System.Text;
using Errand.Protocol;
using Wasmtime;

namespace Errand.Enclave;

/// <summary>
/// Runs an app: one WebAssembly core module against a wasi_snapshot_preview1 made for this purpose. The app sees /data
/// (read-only), /out (memory), its arguments and a log; no host file, network, environment, time or chance.
/// </summary>
/// <remarks>
/// Deterministic: the same module, inputs and limits give the same outcome, bytes and fuel. Only how deep calls may nest before an app
/// fails can differ with the processor, as the stack is bounded in bytes of machine code's frames. One engine per sandbox; a run has its
/// own store and thread. Time is not bounded here, since it would not be the same everywhere: the launcher ends a process that takes too long.
/// </remarks>
public sealed class WasmSandbox : IDisposable
{
    // Wasmtime's own bound on the guest's stack is 1 MiB; host calls need some beyond it.
    private const int ThreadStackSize = 8 << 20;
    private const uint TableElementsMax = 1 << 20;
    private const int TablesMax = 16;

    // (module (memory (export "memory") 1) (func (export "_start")))
    private static ReadOnlySpan<byte> EmptyApp =>
    [
        0x00, 0x61, 0x73, 0x6D, 0x01, 0x00, 0x00, 0x00, 0x01, 0x04, 0x01, 0x60, 0x00, 0x00, 0x03, 0x02, 0x01, 0x00, 0x05, 0x03, 0x01, 0x00, 0x01,
        0x07, 0x13, 0x02, 0x06, 0x6D, 0x65, 0x6D, 0x6F, 0x72, 0x79, 0x02, 0x00, 0x06, 0x5F, 0x73, 0x74, 0x61, 0x72, 0x74, 0x00, 0x00,
        0x0A, 0x04, 0x01, 0x02, 0x00, 0x0B,
    ];

    private readonly Engine _engine = new(WasmProfile.CreateConfig());

    /// <summary>Compiles and runs a module.</summary>
    /// <param name="module">The binary module.</param>
    /// <param name="inputs">What the app sees.</param>
    /// <param name="limits">What it may use.</param>
    /// <returns>The outcome, or null when the module does not fit the profile: nothing of it has run then.</returns>
    /// <exception cref="ArgumentException">The inputs or limits are out of range: a fault of the caller, not of the app.</exception>
    public SandboxOutcome? Run(ReadOnlyMemory<byte> module, SandboxInputs inputs, SandboxLimits limits)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(limits);
        limits.ThrowIfOutOfRange();
        if (inputs.Arguments.Any(text => text.Contains('\0', StringComparison.Ordinal))) throw new ArgumentException("An argument holds NUL.", nameof(inputs));

        SandboxOutcome? outcome = null;
        Exception? fault = null;
        var thread = new Thread(() =>
        {
            try
            {
                outcome = RunHere(module.Span, inputs, limits);
            }
#pragma warning disable CA1031 // It is thrown again on the caller's thread.
            catch (Exception exception)
            {
                fault = exception;
            }
#pragma warning restore CA1031
        }, ThreadStackSize);
        thread.Start();
        thread.Join();
        if (fault is not null) ExceptionDispatchInfo.Throw(fault);
        return outcome;
    }

    /// <summary>Runs an app that does nothing, so that the first real one does not wait for code to be loaded and compiled.</summary>
    /// <exception cref="InvalidOperationException">The engine cannot run even that.</exception>
    public void WarmUp()
    {
        var limits = new SandboxLimits { Fuel = 1000, MemoryBytes = 1 << 16, OutputBytes = 0, LogBytes = 0 };
        SandboxOutcome? outcome = Run(EmptyApp.ToArray(), new SandboxInputs([], ["app"], new byte[DeterministicRandom.KeySize]), limits);
        if (outcome?.Code != OutcomeCode.Ok) throw new InvalidOperationException("The sandbox does not work.");
    }

    /// <inheritdoc/>
    public void Dispose() => _engine.Dispose();

    private SandboxOutcome? RunHere(ReadOnlySpan<byte> bytes, SandboxInputs inputs, SandboxLimits limits)
    {
        using Module? module = WasmProfile.TryCompile(_engine, bytes);
        if (module is null) return null;

        using var store = new Store(_engine);
        store.SetLimits(limits.MemoryBytes, TableElementsMax, 1, TablesMax, 1);
        store.Fuel = limits.Fuel;
        using var log = new BoundedLog(limits.LogBytes);
        using var output = new OutputFolder(limits.OutputBytes);
        using var random = new DeterministicRandom(inputs.RandomKey.Span);
        var memory = new GuestMemory(store);
        DataTape? tape = inputs.Tape is { } source ? new DataTape(source) : null;
        var handles = new HandleTable(log, new DataFolder(DataTree.Of(inputs, tape), "/data"), new OutFolder(memory, output));

        using var linker = new Linker(_engine);
        new WasiProcessCalls(memory, inputs.Arguments, random).Define(linker);
        new WasiHandleCalls(memory, handles).Define(linker);
        new WasiPathCalls(memory, handles).Define(linker);
        if (!ImportsExist(linker, store, module)) return null;

        // A memory that begins larger than allowed cannot be instantiated; found here, it is a limit and no mystery.
        long initialBytes = module.Exports.OfType<MemoryExport>().Single().Minimum << 16;
        OutcomeCode code = initialBytes > limits.MemoryBytes ? OutcomeCode.Limit : Execute(linker, store, module, memory, log);
        // How much was read must not say how far an app came.
        tape?.Drain();
        return new SandboxOutcome(code, code == OutcomeCode.Ok ? output.ToFiles() : [], log.ToArray(), limits.Fuel - store.Fuel);
    }

    // The linker holds exactly the functions that exist.
    private static bool ImportsExist(Linker linker, Store store, Module module) =>
        module.Imports.All(import => linker.GetFunction(store, import.ModuleName, import.Name) is { } function
            && function.Parameters.SequenceEqual(((FunctionImport)import).Parameters)
            && function.Results.SequenceEqual(((FunctionImport)import).Results));

    private static OutcomeCode Execute(Linker linker, Store store, Module module, GuestMemory memory, BoundedLog log)
    {
        bool started = false;
        try
        {
            Instance instance = linker.Instantiate(store, module);
            memory.Bind(instance.GetMemory(WasmProfile.MemoryName)!);
            started = true;
            instance.GetAction(WasmProfile.StartName)!();
            return OutcomeCode.Ok;
        }
        catch (TrapException trap)
        {
            if (trap.Type == TrapCode.OutOfFuel) return OutcomeCode.Limit;
            // The kind only: Wasmtime's text is not part of any promise to stay the same.
            log.Append(Encoding.ASCII.GetBytes($"trap: {trap.Type}\n"));
            return OutcomeCode.AppFailed;
        }
        catch (WasmtimeException exception) when (exception.InnerException is GuestStopException stop)
        {
            return stop.Code;
        }
        catch (WasmtimeException exception) when (exception.InnerException is { } fault)
        {
            // Of the host, as when a streamed file ends early: not the app's.
            ExceptionDispatchInfo.Throw(fault);
            throw;
        }
        catch (WasmtimeException) when (!started)
        {
            // Imports and exports fit, so only the store's limits on tables and memory can have refused the instance.
            return OutcomeCode.Limit;
        }
    }
}
