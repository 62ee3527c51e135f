using System.Buffers.Binary;
using Errand.Protocol;
using Wasmtime;

namespace Errand.Enclave;

/// <summary>The guest's linear memory as host calls see it: every access is checked against its bounds and paid for in fuel.</summary>
internal sealed class GuestMemory(Store store)
{
    // A host call does work that no instruction paid for; without a price an app could make the host copy for ever.
    private const ulong FuelPerAccess = 64;
    private const int BytesPerFuelShift = 2;

    private Memory? _memory;

    /// <summary>Binds the memory that the instance exports.</summary>
    public void Bind(Memory memory) => _memory = memory;

    /// <summary>A range of memory; false when any of it lies outside. Pointer and size are unsigned, as the guest means them.</summary>
    /// <remarks>The span holds until the guest runs again. Before the instance is there, all is outside.</remarks>
    public bool TrySlice(int pointer, int size, out Span<byte> range)
    {
        uint start = unchecked((uint)pointer);
        uint length = unchecked((uint)size);
        range = default;
        bool inside = _memory is not null && length <= int.MaxValue && start + (ulong)length <= (ulong)_memory.GetLength();
        Charge(inside ? length : 0);
        if (!inside) return false;
        range = _memory!.GetSpan(start, (int)length);
        return true;
    }

    /// <summary>Writes a 32-bit number, little-endian.</summary>
    public WasiErrno WriteUInt32(int pointer, uint value)
    {
        if (!TrySlice(pointer, sizeof(uint), out Span<byte> range)) return WasiErrno.Fault;
        BinaryPrimitives.WriteUInt32LittleEndian(range, value);
        return WasiErrno.Success;
    }

    /// <summary>Writes a 64-bit number, little-endian.</summary>
    public WasiErrno WriteUInt64(int pointer, ulong value)
    {
        if (!TrySlice(pointer, sizeof(ulong), out Span<byte> range)) return WasiErrno.Fault;
        BinaryPrimitives.WriteUInt64LittleEndian(range, value);
        return WasiErrno.Success;
    }

    /// <summary>Takes fuel for the host's work on so many bytes.</summary>
    /// <exception cref="GuestStopException">The fuel is used up.</exception>
    public void Charge(ulong bytes)
    {
        ulong price = FuelPerAccess + (bytes >> BytesPerFuelShift);
        ulong left = store.Fuel;
        store.Fuel = left > price ? left - price : 0;
        if (left <= price) throw new GuestStopException(OutcomeCode.Limit);
    }
}
