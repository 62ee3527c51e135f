namespace Errand.Enclave.Tests;

/// <summary>Small apps in text form for tests of whole tasks.</summary>
internal static class Apps
{
    /// <summary>Opens the file at /data/secret (handle 5) and /out/f (handle 6), then runs a body; 1024… is scratch memory.</summary>
    private static string OverFiles(string body) => Wat.Module(
        $"""
        (data (i32.const 0) "secretf")
        (func (export "_start") (local $n i32)
          (if (call $path_open (i32.const 3) (i32.const 0) (i32.const 0) (i32.const 6) (i32.const 0) (i64.const -1) (i64.const -1) (i32.const 0) (i32.const 16)) (then unreachable))
          (if (call $path_open (i32.const 4) (i32.const 0) (i32.const 6) (i32.const 1) (i32.const 1) (i64.const -1) (i64.const -1) (i32.const 0) (i32.const 16)) (then unreachable))
          {body})
        """,
        "path_open", "fd_read", "fd_pread", "fd_write", "fd_filestat_set_size", "random_get", "args_sizes_get", "args_get");

    private const string ReadSecret =
        "(i32.store (i32.const 32) (i32.const 1024)) (i32.store (i32.const 36) (i32.const 8)) (drop (call $fd_read (i32.const 5) (i32.const 32) (i32.const 1) (i32.const 48)))";

    /// <summary>Writes to /out/f what lies at an address.</summary>
    private static string Write(int address, int size, int handle = 6) =>
        $"(i32.store (i32.const 32) (i32.const {address})) (i32.store (i32.const 36) (i32.const {size})) (drop (call $fd_write (i32.const {handle}) (i32.const 32) (i32.const 1) (i32.const 48)))";

    /// <summary>Leaves as many bytes in /out/f as the first four bytes of the secret say.</summary>
    public static string OutputOfSecretSize { get; } = OverFiles(
        $"{ReadSecret} (if (call $fd_filestat_set_size (i32.const 6) (i64.load32_u (i32.const 1024))) (then unreachable))");

    /// <summary>Spins as often as the secret says and grows memory by as many pages, then writes one byte.</summary>
    public static string WorkOfSecretAmount { get; } = OverFiles(
        $"{ReadSecret} (local.set $n (i32.load (i32.const 1024))) (drop (memory.grow (i32.and (local.get $n) (i32.const 15)))) "
        + $"(loop $l (br_if $l (i32.gt_s (local.tee $n (i32.sub (local.get $n) (i32.const 1))) (i32.const 0)))) {Write(1030, 1)}");

    /// <summary>Writes 32 random bytes.</summary>
    public static string Random { get; } = OverFiles($"(drop (call $random_get (i32.const 1024) (i32.const 32))) {Write(1024, 32)}");

    /// <summary>Writes all its arguments, with their NULs.</summary>
    public static string Echo { get; } = OverFiles(
        "(drop (call $args_sizes_get (i32.const 1024) (i32.const 1028))) (drop (call $args_get (i32.const 2048) (i32.const 4096))) "
        + "(i32.store (i32.const 32) (i32.const 4096)) (i32.store (i32.const 36) (i32.load (i32.const 1028))) (drop (call $fd_write (i32.const 6) (i32.const 32) (i32.const 1) (i32.const 48)))");

    /// <summary>Says the secret on standard error and traps.</summary>
    public static string LastWords { get; } = OverFiles($"{ReadSecret} {Write(1024, 8, handle: 2)} unreachable");

    /// <summary>Reads the byte at the offset that the secret says, then the first, and copies both.</summary>
    public static string ReadsInSecretOrder { get; } = OverFiles(
        $"{ReadSecret} (i32.store (i32.const 36) (i32.const 1)) (drop (call $fd_pread (i32.const 5) (i32.const 32) (i32.const 1) (i64.load32_u (i32.const 1024)) (i32.const 48))) "
        + $"(drop (call $fd_pread (i32.const 5) (i32.const 32) (i32.const 1) (i64.const 0) (i32.const 48))) {Write(1024, 1)}");

    /// <summary>Copies the first eight bytes of the secret.</summary>
    public static string Copy { get; } = OverFiles($"{ReadSecret} {Write(1024, 8)}");

    /// <summary>Needs a call that does not exist.</summary>
    public static string Outside { get; } =
        "(module (import \"host\" \"report\" (func)) (memory (export \"memory\") 1) (func (export \"_start\")))";

    /// <summary>Never ends, as far as a test is concerned.</summary>
    public static string Endless { get; } = OverFiles("(loop $l (br $l))");
}
