using System.Buffers.Binary;
using System.Text;

namespace Errand.Cli;

/// <summary>Makes an app of an SQL script: the SQL runtime (samples/guests/sql) with the script in the place that it keeps for one.</summary>
/// <remarks>The script is part of the module, so the app's content id, which data owners allow, names the very query. The same script gives the same bytes.</remarks>
internal static class SqlApp
{
    /// <summary>The longest script, in bytes of UTF-8.</summary>
    public const int ScriptSizeMax = 32_768;

    /// <summary>Where the runtime lies beside the program.</summary>
    public static string RuntimeFile => Path.Combine(AppContext.BaseDirectory, "guests", "sql.wasm");

    // A mark of 16 bytes, the script's length (32 bits, little-endian), the script.
    private static ReadOnlySpan<byte> Mark => "errand-sql-slot1"u8;

    /// <summary>Puts a script into a copy of the runtime; null when the runtime has not exactly one empty place for it.</summary>
    /// <param name="runtime">The module.</param>
    /// <param name="script">At most <see cref="ScriptSizeMax"/> bytes, not empty.</param>
    public static byte[]? TryMake(ReadOnlySpan<byte> runtime, ReadOnlySpan<byte> script)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(script.Length, ScriptSizeMax);
        ArgumentOutOfRangeException.ThrowIfZero(script.Length);
        int mark = runtime.IndexOf(Mark);
        if (mark < 0 || runtime[(mark + 1)..].IndexOf(Mark) >= 0) return null;
        int place = mark + Mark.Length;
        if (runtime.Length - place < sizeof(int) + ScriptSizeMax || runtime.Slice(place, sizeof(int) + ScriptSizeMax).ContainsAnyExcept((byte)0)) return null;
        byte[] app = runtime.ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(app.AsSpan(place), script.Length);
        script.CopyTo(app.AsSpan(place + sizeof(int)));
        return app;
    }

    /// <summary>True for UTF-8 without NUL, which would end the script early.</summary>
    public static bool IsScript(ReadOnlySpan<byte> bytes) => !bytes.Contains((byte)0) && System.Text.Unicode.Utf8.IsValid(bytes);
}
