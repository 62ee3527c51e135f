using System.Numerics;
using System.Runtime.InteropServices;
using SharpFuzz.Common;

namespace Errand.Fuzz;

/// <summary>Which branches a run took and how often, in powers of two as AFL counts them; what earlier runs took.</summary>
internal sealed unsafe class CoverageMap
{
    private const int Size = 1 << 16;
    private readonly byte* _counts = (byte*)NativeMemory.AllocZeroed(Size);
    private readonly byte[] _seen = new byte[Size];

    public CoverageMap() => Trace.SharedMem = _counts;

    /// <summary>How many branches have been taken since <see cref="Forget"/>.</summary>
    public int Branches { get; private set; }

    /// <summary>Forgets what all runs took.</summary>
    public void Forget()
    {
        _seen.AsSpan().Clear();
        Branches = 0;
    }

    /// <summary>Forgets the last run's counts.</summary>
    public void Clear()
    {
        new Span<byte>(_counts, Size).Clear();
        Trace.PrevLocation = 0;
    }

    /// <summary>True if the last run took a branch, or took one so often, as none before it.</summary>
    public bool Learn()
    {
        bool news = false;
        var counts = new ReadOnlySpan<byte>(_counts, Size);
        for (int place = 0; (place = IndexOfTaken(counts, place)) >= 0; place++)
        {
            byte bucket = (byte)(1 << BitOperations.Log2(counts[place]));
            if ((_seen[place] & bucket) != 0) continue;
            if (_seen[place] == 0) Branches++;
            _seen[place] |= bucket;
            news = true;
        }
        return news;
    }

    private static int IndexOfTaken(ReadOnlySpan<byte> counts, int from)
    {
        if (from >= counts.Length) return -1;
        int found = counts[from..].IndexOfAnyExcept((byte)0);
        return found < 0 ? -1 : from + found;
    }
}
