using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Errand.Cryptography;

/// <summary>The functions of libsodium that NSec does not offer. The native calls are in one nested class.</summary>
internal static partial class Sodium
{
    /// <summary>Native code is chosen and pinned by the package NSec.Cryptography; other versions may follow other rules.</summary>
    private const string VersionExpected = "1.0.22";

    static Sodium()
    {
        // sodium_init gives 0, or 1 when NSec has called it before us.
        if (Native.Init() < 0) throw new InvalidOperationException("libsodium cannot be initialised.");
        string? version = Marshal.PtrToStringUTF8(Native.Version());
        if (version != VersionExpected) throw new InvalidOperationException($"libsodium {VersionExpected} is needed, {version} was loaded.");
    }

    /// <summary>Allocates guarded, locked memory that is zeroed when freed; null when there is none.</summary>
    internal static nint Allocate(int size) => Native.Malloc((nuint)size);

    internal static void Free(nint memory) => Native.Free(memory);

    internal static bool VerifyEd25519(ReadOnlySpan<byte> signature, ReadOnlySpan<byte> message, ReadOnlySpan<byte> publicKey)
    {
        RequireLength(signature.Length, 64);
        RequireLength(publicKey.Length, 32);
        return Native.SignVerifyDetached(signature, message, (ulong)message.Length, publicKey) == 0;
    }

    /// <summary>scalar · B, constant time in the scalar.</summary>
    internal static void ScalarMultiplyBase(Span<byte> point, ReadOnlySpan<byte> scalar)
    {
        RequireLength(point.Length, 32);
        RequireLength(scalar.Length, 32);
        RequireSuccess(Native.ScalarmultEd25519BaseNoclamp(point, scalar));
    }

    /// <summary>scalar · P for a P of prime order, constant time in the scalar.</summary>
    internal static void ScalarMultiply(Span<byte> product, ReadOnlySpan<byte> scalar, ReadOnlySpan<byte> point)
    {
        RequireLength(product.Length, 32);
        RequireLength(scalar.Length, 32);
        RequireLength(point.Length, 32);
        RequireSuccess(Native.ScalarmultEd25519Noclamp(product, scalar, point));
    }

    /// <summary>A 64-byte little-endian number modulo the group order, constant time.</summary>
    internal static void ScalarReduce(Span<byte> scalar, ReadOnlySpan<byte> wide)
    {
        RequireLength(scalar.Length, 32);
        RequireLength(wide.Length, 64);
        Native.ScalarReduce(scalar, wide);
    }

    internal static void ScalarMultiplyScalar(Span<byte> product, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        RequireLength(product.Length, 32);
        RequireLength(left.Length, 32);
        RequireLength(right.Length, 32);
        Native.ScalarMul(product, left, right);
    }

    internal static void ScalarAdd(Span<byte> sum, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        RequireLength(sum.Length, 32);
        RequireLength(left.Length, 32);
        RequireLength(right.Length, 32);
        Native.ScalarAdd(sum, left, right);
    }

    internal static void X25519Base(Span<byte> publicKey, ReadOnlySpan<byte> privateKey)
    {
        RequireLength(publicKey.Length, 32);
        RequireLength(privateKey.Length, 32);
        RequireSuccess(Native.ScalarmultCurve25519Base(publicKey, privateKey));
    }

    /// <summary>X25519; false when the shared secret is all zero (RFC 7748 section 6.1).</summary>
    internal static bool TryX25519(Span<byte> shared, ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> publicKey)
    {
        RequireLength(shared.Length, 32);
        RequireLength(privateKey.Length, 32);
        RequireLength(publicKey.Length, 32);
        return Native.ScalarmultCurve25519(shared, privateKey, publicKey) == 0;
    }

    internal static void XWingKeyPair(Span<byte> publicKey, Span<byte> privateKey, ReadOnlySpan<byte> seed)
    {
        RequireLength(publicKey.Length, 1216);
        RequireLength(privateKey.Length, 32);
        RequireLength(seed.Length, 32);
        RequireSuccess(Native.XWingSeedKeypair(publicKey, privateKey, seed));
    }

    /// <summary>Encapsulates; false when the public key is not valid.</summary>
    internal static bool TryXWingEncapsulate(Span<byte> enc, Span<byte> shared, ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> randomness)
    {
        RequireLength(enc.Length, 1120);
        RequireLength(shared.Length, 32);
        RequireLength(publicKey.Length, 1216);
        RequireLength(randomness.Length, 64);
        return Native.XWingEncDeterministic(enc, shared, publicKey, randomness) == 0;
    }

    /// <summary>Decapsulates; false when the X25519 part gives an all-zero secret.</summary>
    internal static bool TryXWingDecapsulate(Span<byte> shared, ReadOnlySpan<byte> enc, ReadOnlySpan<byte> privateKey)
    {
        RequireLength(shared.Length, 32);
        RequireLength(enc.Length, 1120);
        RequireLength(privateKey.Length, 32);
        return Native.XWingDec(shared, enc, privateKey) == 0;
    }

    // The native side writes and reads fixed lengths: a wrong one would be memory corruption, so it is checked in release too.
    private static void RequireLength(int length, int expected, [CallerMemberName] string caller = "")
    {
        if (length != expected) throw new ArgumentException($"{caller}: expected {expected} bytes, got {length}.");
    }

    private static void RequireSuccess(int result, [CallerMemberName] string caller = "")
    {
        if (result != 0) throw new InvalidOperationException($"{caller}: libsodium refused its input.");
    }

    private static partial class Native
    {
        private const string Library = "libsodium";

        [LibraryImport(Library, EntryPoint = "sodium_init")]
        internal static partial int Init();

        [LibraryImport(Library, EntryPoint = "sodium_version_string")]
        internal static partial nint Version();

        [LibraryImport(Library, EntryPoint = "sodium_malloc")]
        internal static partial nint Malloc(nuint size);

        [LibraryImport(Library, EntryPoint = "sodium_free")]
        internal static partial void Free(nint memory);

        [LibraryImport(Library, EntryPoint = "crypto_sign_ed25519_verify_detached")]
        internal static partial int SignVerifyDetached(ReadOnlySpan<byte> sig, ReadOnlySpan<byte> m, ulong mlen, ReadOnlySpan<byte> pk);

        [LibraryImport(Library, EntryPoint = "crypto_scalarmult_ed25519_base_noclamp")]
        internal static partial int ScalarmultEd25519BaseNoclamp(Span<byte> q, ReadOnlySpan<byte> n);

        [LibraryImport(Library, EntryPoint = "crypto_scalarmult_ed25519_noclamp")]
        internal static partial int ScalarmultEd25519Noclamp(Span<byte> q, ReadOnlySpan<byte> n, ReadOnlySpan<byte> p);

        [LibraryImport(Library, EntryPoint = "crypto_core_ed25519_scalar_reduce")]
        internal static partial void ScalarReduce(Span<byte> r, ReadOnlySpan<byte> s);

        [LibraryImport(Library, EntryPoint = "crypto_core_ed25519_scalar_mul")]
        internal static partial void ScalarMul(Span<byte> z, ReadOnlySpan<byte> x, ReadOnlySpan<byte> y);

        [LibraryImport(Library, EntryPoint = "crypto_core_ed25519_scalar_add")]
        internal static partial void ScalarAdd(Span<byte> z, ReadOnlySpan<byte> x, ReadOnlySpan<byte> y);

        [LibraryImport(Library, EntryPoint = "crypto_scalarmult_curve25519_base")]
        internal static partial int ScalarmultCurve25519Base(Span<byte> q, ReadOnlySpan<byte> n);

        [LibraryImport(Library, EntryPoint = "crypto_scalarmult_curve25519")]
        internal static partial int ScalarmultCurve25519(Span<byte> q, ReadOnlySpan<byte> n, ReadOnlySpan<byte> p);

        [LibraryImport(Library, EntryPoint = "crypto_kem_xwing_seed_keypair")]
        internal static partial int XWingSeedKeypair(Span<byte> pk, Span<byte> sk, ReadOnlySpan<byte> seed);

        [LibraryImport(Library, EntryPoint = "crypto_kem_xwing_enc_deterministic")]
        internal static partial int XWingEncDeterministic(Span<byte> ct, Span<byte> ss, ReadOnlySpan<byte> pk, ReadOnlySpan<byte> seed);

        [LibraryImport(Library, EntryPoint = "crypto_kem_xwing_dec")]
        internal static partial int XWingDec(Span<byte> ss, ReadOnlySpan<byte> ct, ReadOnlySpan<byte> sk);
    }
}
