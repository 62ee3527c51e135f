using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Errand.Primitives;

namespace Errand.Cryptography;

/// <summary>SHA-256 (FIPS 180-4) of sixteen messages of one length at the same time, one in each 32-bit lane of AVX-512 registers.</summary>
/// <remarks>
/// A chunk's hash cannot be cut into parallel pieces, but the leaves of a tree are hashed apart from one another. Sixteen at a
/// time take about half as long as one after the other with SHA instructions, and the tree hash is most of the time of sealing.
/// Each message is a leaf of RFC 9162: the byte 0x00, then the data.
/// </remarks>
internal static class LaneSha256
{
    internal const int LaneCount = 16;
    private const int BlockSize = 64;
    private const int WordCount = 16;
    private const int LengthSize = sizeof(ulong);
    private const int TailSizeMax = 2 * BlockSize;

    internal static bool IsSupported => Avx512F.IsSupported && Avx512BW.IsSupported;

    /// <summary>Hashes sixteen leaves that lie one behind the other.</summary>
    /// <param name="data">Sixteen times <paramref name="stride"/> bytes.</param>
    /// <param name="stride">Bytes of each leaf; at least 64.</param>
    /// <param name="hashes">Room for sixteen hashes.</param>
    internal static void HashLeaves(ReadOnlySpan<byte> data, int stride, Span<Bytes32> hashes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, BlockSize);
        ArgumentOutOfRangeException.ThrowIfNotEqual(data.Length, LaneCount * stride);
        ArgumentOutOfRangeException.ThrowIfNotEqual(hashes.Length, LaneCount);

        Span<Vector512<uint>> state = stackalloc Vector512<uint>[8];
        for (int i = 0; i < state.Length; i++) state[i] = Vector512.Create(InitialState[i]);
        Span<byte> edges = stackalloc byte[LaneCount * TailSizeMax];

        // 1. The first block: 0x00 and 63 bytes.
        for (int lane = 0; lane < LaneCount; lane++)
        {
            edges[lane * BlockSize] = 0;
            data.Slice(lane * stride, BlockSize - 1).CopyTo(edges[(lane * BlockSize + 1)..]);
        }
        Compress(state, edges, BlockSize, offset: 0, blockCount: 1);

        // 2. The blocks that lie whole in the data, each one byte early because of the 0x00.
        int messageSize = stride + 1;
        int tailSize = messageSize % BlockSize;
        Compress(state, data, stride, offset: BlockSize - 1, messageSize / BlockSize - 1);

        // 3. What remains, padded with 0x80, zeros and the length in bits (FIPS 180-4 section 5.1.1).
        int paddedSize = tailSize + 1 + LengthSize <= BlockSize ? BlockSize : TailSizeMax;
        edges.Clear();
        for (int lane = 0; lane < LaneCount; lane++)
        {
            Span<byte> tail = edges.Slice(lane * paddedSize, paddedSize);
            data.Slice((lane + 1) * stride - tailSize, tailSize).CopyTo(tail);
            tail[tailSize] = 0x80;
            BinaryPrimitives.WriteInt64BigEndian(tail[^LengthSize..], messageSize * 8L);
        }
        Compress(state, edges, paddedSize, offset: 0, paddedSize / BlockSize);

        Span<byte> digest = stackalloc byte[Bytes32.Size];
        for (int lane = 0; lane < LaneCount; lane++)
        {
            for (int i = 0; i < state.Length; i++) BinaryPrimitives.WriteUInt32BigEndian(digest[(i * sizeof(uint))..], state[i][lane]);
            hashes[lane] = new Bytes32(digest);
        }
    }

    /// <summary>FIPS 180-4 section 6.2.2 over neighbouring blocks of each lane; lane i's data begin at i times the stride.</summary>
    private static void Compress(Span<Vector512<uint>> state, ReadOnlySpan<byte> data, int stride, int offset, int blockCount)
    {
        // One check for all loads below: the last block of the last lane lies inside.
        if (data.Length < (LaneCount - 1) * (long)stride + offset + blockCount * (long)BlockSize) throw new ArgumentException("The blocks do not lie in the data.", nameof(data));
        ref byte lanes = ref MemoryMarshal.GetReference(data);
        Span<Vector512<uint>> w = stackalloc Vector512<uint>[WordCount];
        Span<Vector512<uint>> half = stackalloc Vector512<uint>[WordCount];
        (Vector512<uint> a, Vector512<uint> b, Vector512<uint> c, Vector512<uint> d) = (state[0], state[1], state[2], state[3]);
        (Vector512<uint> e, Vector512<uint> f, Vector512<uint> g, Vector512<uint> h) = (state[4], state[5], state[6], state[7]);

        for (int block = 0; block < blockCount; block++)
        {
            LoadWords(ref Unsafe.Add(ref lanes, offset + block * BlockSize), (nuint)stride, w, half);
            // Sixteen words and eight variables fit the 32 registers: all four turns run without memory.
            (Vector512<uint> w0, Vector512<uint> w1, Vector512<uint> w2, Vector512<uint> w3) = (w[0], w[1], w[2], w[3]);
            (Vector512<uint> w4, Vector512<uint> w5, Vector512<uint> w6, Vector512<uint> w7) = (w[4], w[5], w[6], w[7]);
            (Vector512<uint> w8, Vector512<uint> w9, Vector512<uint> w10, Vector512<uint> w11) = (w[8], w[9], w[10], w[11]);
            (Vector512<uint> w12, Vector512<uint> w13, Vector512<uint> w14, Vector512<uint> w15) = (w[12], w[13], w[14], w[15]);
            ref uint k = ref MemoryMarshal.GetReference(RoundConstants);
            for (int turn = 0; ; turn++)
            {
                Round(a, b, c, ref d, e, f, g, ref h, w0 + Constant(ref k, 0));
                Round(h, a, b, ref c, d, e, f, ref g, w1 + Constant(ref k, 1));
                Round(g, h, a, ref b, c, d, e, ref f, w2 + Constant(ref k, 2));
                Round(f, g, h, ref a, b, c, d, ref e, w3 + Constant(ref k, 3));
                Round(e, f, g, ref h, a, b, c, ref d, w4 + Constant(ref k, 4));
                Round(d, e, f, ref g, h, a, b, ref c, w5 + Constant(ref k, 5));
                Round(c, d, e, ref f, g, h, a, ref b, w6 + Constant(ref k, 6));
                Round(b, c, d, ref e, f, g, h, ref a, w7 + Constant(ref k, 7));
                Round(a, b, c, ref d, e, f, g, ref h, w8 + Constant(ref k, 8));
                Round(h, a, b, ref c, d, e, f, ref g, w9 + Constant(ref k, 9));
                Round(g, h, a, ref b, c, d, e, ref f, w10 + Constant(ref k, 10));
                Round(f, g, h, ref a, b, c, d, ref e, w11 + Constant(ref k, 11));
                Round(e, f, g, ref h, a, b, c, ref d, w12 + Constant(ref k, 12));
                Round(d, e, f, ref g, h, a, b, ref c, w13 + Constant(ref k, 13));
                Round(c, d, e, ref f, g, h, a, ref b, w14 + Constant(ref k, 14));
                Round(b, c, d, ref e, f, g, h, ref a, w15 + Constant(ref k, 15));
                if (turn == 3) break;
                w0 = Next(w0, w1, w9, w14);
                w1 = Next(w1, w2, w10, w15);
                w2 = Next(w2, w3, w11, w0);
                w3 = Next(w3, w4, w12, w1);
                w4 = Next(w4, w5, w13, w2);
                w5 = Next(w5, w6, w14, w3);
                w6 = Next(w6, w7, w15, w4);
                w7 = Next(w7, w8, w0, w5);
                w8 = Next(w8, w9, w1, w6);
                w9 = Next(w9, w10, w2, w7);
                w10 = Next(w10, w11, w3, w8);
                w11 = Next(w11, w12, w4, w9);
                w12 = Next(w12, w13, w5, w10);
                w13 = Next(w13, w14, w6, w11);
                w14 = Next(w14, w15, w7, w12);
                w15 = Next(w15, w0, w8, w13);
                k = ref Unsafe.Add(ref k, WordCount);
            }

            state[0] = a += state[0];
            state[1] = b += state[1];
            state[2] = c += state[2];
            state[3] = d += state[3];
            state[4] = e += state[4];
            state[5] = f += state[5];
            state[6] = g += state[6];
            state[7] = h += state[7];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Round(
        Vector512<uint> a, Vector512<uint> b, Vector512<uint> c, ref Vector512<uint> d,
        Vector512<uint> e, Vector512<uint> f, Vector512<uint> g, ref Vector512<uint> h, Vector512<uint> wordAndConstant)
    {
        Vector512<uint> t = h + wordAndConstant
            + Xor(Avx512F.RotateRight(e, 6), Avx512F.RotateRight(e, 11), Avx512F.RotateRight(e, 25))
            + Avx512F.TernaryLogic(e, f, g, 0xCA); // e ? f : g
        d += t;
        h = t
            + Xor(Avx512F.RotateRight(a, 2), Avx512F.RotateRight(a, 13), Avx512F.RotateRight(a, 22))
            + Avx512F.TernaryLogic(a, b, c, 0xE8); // majority
    }

    /// <summary>The word of the message schedule sixteen after <paramref name="w"/>, by those 15, 7 and 2 before it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Next(Vector512<uint> w, Vector512<uint> back15, Vector512<uint> back7, Vector512<uint> back2) => w + back7
        + Xor(Avx512F.RotateRight(back15, 7), Avx512F.RotateRight(back15, 18), Avx512F.ShiftRightLogical(back15, 3))
        + Xor(Avx512F.RotateRight(back2, 17), Avx512F.RotateRight(back2, 19), Avx512F.ShiftRightLogical(back2, 10));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Constant(ref uint k, int index) => Vector512.Create(Unsafe.Add(ref k, index));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Xor(Vector512<uint> x, Vector512<uint> y, Vector512<uint> z) => Avx512F.TernaryLogic(x, y, z, 0x96);

    /// <summary>Loads 64 bytes of each lane and turns the square: word i of all lanes becomes vector i.</summary>
    private static void LoadWords(ref byte first, nuint stride, Span<Vector512<uint>> w, Span<Vector512<uint>> half)
    {
        // 1. Rows of big-endian words. 2. Within each 128 bits, four words of four neighbouring lanes change places.
        for (int i = 0; i < WordCount; i += 4)
        {
            Vector512<uint> r0 = Load(ref first), r1 = Load(ref Unsafe.Add(ref first, stride));
            Vector512<uint> r2 = Load(ref Unsafe.Add(ref first, 2 * stride)), r3 = Load(ref Unsafe.Add(ref first, 3 * stride));
            Vector512<ulong> low01 = Avx512F.UnpackLow(r0, r1).AsUInt64(), high01 = Avx512F.UnpackHigh(r0, r1).AsUInt64();
            Vector512<ulong> low23 = Avx512F.UnpackLow(r2, r3).AsUInt64(), high23 = Avx512F.UnpackHigh(r2, r3).AsUInt64();
            half[i] = Avx512F.UnpackLow(low01, low23).AsUInt32();
            half[i + 1] = Avx512F.UnpackHigh(low01, low23).AsUInt32();
            half[i + 2] = Avx512F.UnpackLow(high01, high23).AsUInt32();
            half[i + 3] = Avx512F.UnpackHigh(high01, high23).AsUInt32();
            first = ref Unsafe.Add(ref first, 4 * stride);
        }

        // 3. Then the square of 4 x 4 pieces of 128 bits.
        for (int i = 0; i < 4; i++)
        {
            Vector512<uint> low01 = Avx512F.Shuffle4x128(half[i], half[i + 4], 0x44), high01 = Avx512F.Shuffle4x128(half[i], half[i + 4], 0xEE);
            Vector512<uint> low23 = Avx512F.Shuffle4x128(half[i + 8], half[i + 12], 0x44), high23 = Avx512F.Shuffle4x128(half[i + 8], half[i + 12], 0xEE);
            w[i] = Avx512F.Shuffle4x128(low01, low23, 0x88);
            w[i + 4] = Avx512F.Shuffle4x128(low01, low23, 0xDD);
            w[i + 8] = Avx512F.Shuffle4x128(high01, high23, 0x88);
            w[i + 12] = Avx512F.Shuffle4x128(high01, high23, 0xDD);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Load(ref byte row) => Avx512BW.Shuffle(Vector512.LoadUnsafe(ref row), Vector512.Create(
        0x0405060700010203, 0x0C0D0E0F08090A0B, 0x0405060700010203, 0x0C0D0E0F08090A0B,
        0x0405060700010203, 0x0C0D0E0F08090A0B, 0x0405060700010203, 0x0C0D0E0F08090A0B).AsByte()).AsUInt32();

    // FIPS 180-4 section 5.3.3.
    private static ReadOnlySpan<uint> InitialState =>
    [
        0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
    ];

    // FIPS 180-4 section 4.2.2.
    private static ReadOnlySpan<uint> RoundConstants =>
    [
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
        0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
        0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
        0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
        0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
        0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
        0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
        0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
    ];
}
