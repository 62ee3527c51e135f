using Wasmtime;

namespace Errand.Enclave;

/// <summary>
/// Which modules run: WebAssembly 2.0 with 32-bit memory, and no instruction whose result could differ from run to run or
/// machine to machine. The proposals are switched off in the engine, which then refuses modules that need them; imports and exports are checked here.
/// </summary>
internal static class WasmProfile
{
    /// <summary>The one module that can be imported from.</summary>
    public const string WasiModule = "wasi_snapshot_preview1";

    /// <summary>The name of the memory, as preview 1 demands it.</summary>
    public const string MemoryName = "memory";

    /// <summary>The entry point.</summary>
    public const string StartName = "_start";

    /// <summary>The largest module, in bytes. Compiling costs time and memory that no fuel pays for.</summary>
    public const int ModuleSizeMax = 32 << 20;

    private const int StackSize = 1 << 20;

    /// <summary>The engine's settings.</summary>
    public static Config CreateConfig() => new Config()
        .WithFuelConsumption(true)
        .WithCraneliftNaNCanonicalization(true)
        .WithWasmThreads(false)
        .WithRelaxedSIMD(false, false)
        .WithMultiMemory(false)
        .WithMemory64(false)
        .WithTailCalls(false)
        .WithFunctionReferences(false)
        .WithGc(false)
        .WithExceptions(false)
        .WithWideArithmetic(false)
        .WithBranchHinting(false)
        .WithComponentModel(false)
        .WithSIMD(true)
        .WithBulkMemory(true)
        .WithMultiValue(true)
        .WithReferenceTypes(true)
        // Without this Wasmtime keeps initial memory in a memory file, which the enclave may not grow.
        .WithMemoryInitCopyOnWrite(false)
        .WithCompilerStrategy(CompilerStrategy.Cranelift)
        .WithOptimizationLevel(OptimizationLevel.Speed)
        .WithMaximumStackSize(StackSize);

    /// <summary>Compiles a module; null when it is none, or needs what the profile does not allow.</summary>
    public static Module? TryCompile(Engine engine, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > ModuleSizeMax) return null;
        Module module;
        try
        {
            module = Module.FromBytes(engine, "app", bytes);
        }
        catch (WasmtimeException)
        {
            // The engine's only way to say that a module is not valid under its settings.
            return null;
        }
        if (Conforms(module)) return module;
        module.Dispose();
        return null;
    }

    // Names and types of the imported functions are compared with the linker's, which holds those that exist.
    private static bool Conforms(Module module) =>
        module.Imports.All(import => import is FunctionImport { ModuleName: WasiModule })
        && module.Exports.OfType<MemoryExport>().ToArray() is [{ Name: MemoryName, Is64Bit: false }]
        && module.Exports.OfType<FunctionExport>().SingleOrDefault(export => export.Name == StartName) is { Parameters.Count: 0, Results.Count: 0 };
}
