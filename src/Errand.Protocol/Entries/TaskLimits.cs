using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>What one run may use. All are required: nothing in the sandbox is unlimited.</summary>
/// <param name="Fuel">Wasmtime fuel, about one unit per instruction.</param>
/// <param name="MemoryBytes">Linear memory of the app.</param>
/// <param name="OutputBytes">All output together, before padding.</param>
/// <param name="LogBytes">Standard output and error kept for the sealed log; 0 keeps none.</param>
/// <param name="PaddingBytes">Output is padded to a multiple of this; 1 means no padding.</param>
public sealed record TaskLimits(ulong Fuel, long MemoryBytes, long OutputBytes, long LogBytes, long PaddingBytes)
{
    private const ulong MemoryMax = 4ul << 30;
    private const ulong OutputMax = 1ul << 30;
    private const ulong LogMax = 1ul << 20;

    /// <summary>The most passes.</summary>
    public const int PassesMax = 64;

    /// <summary>How often data too large for an enclave's memory is read, from its beginning to its end.</summary>
    public int Passes { get; init; } = 1;

    internal void WriteTo(CanonicalWriter writer)
    {
        writer.Map(Passes == 1 ? 5 : 6)
            .Key(0).UInt(Fuel)
            .Key(1).UInt((ulong)MemoryBytes)
            .Key(2).UInt((ulong)OutputBytes)
            .Key(3).UInt((ulong)LogBytes)
            .Key(4).UInt((ulong)PaddingBytes);
        if (Passes != 1) writer.Key(5).UInt((ulong)Passes);
    }

    internal static TaskLimits Read(ref FieldReader outer, int key)
    {
        var fields = new FieldReader(outer.Item(key));
        var limits = new TaskLimits(
            fields.UInt(0, long.MaxValue),
            (long)fields.UInt(1, MemoryMax),
            (long)fields.UInt(2, OutputMax),
            (long)fields.UInt(3, LogMax),
            (long)fields.UInt(4, OutputMax));
        if (limits.PaddingBytes == 0) fields.Fail(FieldError.Malformed);
        if (fields.Has(5))
        {
            limits = limits with { Passes = fields.Int(5, PassesMax) };
            // One pass is said by leaving it out: there is no second form of the same limits.
            if (limits.Passes < 2) fields.Fail(FieldError.Malformed);
        }
        outer.Fail(fields.Close());
        return limits;
    }
}
