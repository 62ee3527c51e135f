using System.Diagnostics.CodeAnalysis;

namespace Errand.Enclave;

/// <summary>A guest's file descriptors: 0 to 2 as ever, 3 is /data, 4 is /out, then what it opens, lowest free number first.</summary>
internal sealed class HandleTable
{
    /// <summary>How many may be open at once.</summary>
    public const int CountMax = 64;

    private readonly Handle?[] _handles = new Handle?[CountMax];

    public HandleTable(BoundedLog log, DataFolder data, OutFolder output)
    {
        _handles[0] = new EmptyHandle();
        _handles[1] = new LogHandle(log);
        _handles[2] = new LogHandle(log);
        _handles[3] = data;
        _handles[4] = output;
    }

    /// <summary>The handle of a number; false when none is open there.</summary>
    public bool TryGet(int number, [NotNullWhen(true)] out Handle? handle)
    {
        handle = number is >= 0 and < CountMax ? _handles[number] : null;
        return handle is not null;
    }

    /// <summary>The lowest free number, or null.</summary>
    public int? NextFree()
    {
        int number = Array.IndexOf(_handles, null);
        return number < 0 ? null : number;
    }

    /// <summary>Puts a handle at a free number.</summary>
    public void Set(int number, Handle handle) => _handles[number] = handle;

    /// <summary>Closes a number.</summary>
    public WasiErrno Close(int number)
    {
        if (!TryGet(number, out Handle? handle)) return WasiErrno.BadHandle;
        handle.Close();
        _handles[number] = null;
        return WasiErrno.Success;
    }

    /// <summary>Moves a handle to another number that is open, closing what was there.</summary>
    public WasiErrno Renumber(int from, int to)
    {
        if (!TryGet(from, out Handle? handle) || !TryGet(to, out _)) return WasiErrno.BadHandle;
        if (from == to) return WasiErrno.Success;
        Close(to);
        _handles[to] = handle;
        _handles[from] = null;
        return WasiErrno.Success;
    }
}
