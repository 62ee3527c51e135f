using System.Buffers.Binary;
using System.Text;

namespace Errand.Cli;

/// <summary>Makes an app of a script: a runtime with the script in the place that it keeps for one.</summary>
/// <remarks>The script is part of the module, so the app's content id, which data owners allow, names the very program. The same script gives the same bytes.</remarks>
/// <param name="Mark">16 letters before the place, which holds the script's length (32 bits, little-endian) and the script.</param>
/// <param name="ScriptSizeMax">The longest script, in bytes of UTF-8.</param>
internal sealed record ScriptApp(string Mark, int ScriptSizeMax)
{
    /// <summary>The SQL runtime: samples/guests/sql.</summary>
    public static ScriptApp Sql { get; } = new("errand-sql-slot1", 32_768);

    /// <summary>The Python runtime: samples/guests/python.</summary>
    public static ScriptApp Python { get; } = new("errand-py-slot01", 262_144);

    /// <summary>Puts a script into a copy of the runtime; null when the runtime has not exactly one empty place for it.</summary>
    /// <param name="runtime">The module.</param>
    /// <param name="script">At most <see cref="ScriptSizeMax"/> bytes, not empty.</param>
    public byte[]? TryMake(ReadOnlySpan<byte> runtime, ReadOnlySpan<byte> script)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(script.Length, ScriptSizeMax);
        ArgumentOutOfRangeException.ThrowIfZero(script.Length);
        byte[] letters = Encoding.ASCII.GetBytes(Mark);
        int mark = runtime.IndexOf(letters);
        if (mark < 0 || runtime[(mark + 1)..].IndexOf(letters) >= 0) return null;
        int place = mark + letters.Length;
        if (runtime.Length - place < sizeof(int) + ScriptSizeMax || runtime.Slice(place, sizeof(int) + ScriptSizeMax).ContainsAnyExcept((byte)0)) return null;
        byte[] app = runtime.ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(app.AsSpan(place), script.Length);
        script.CopyTo(app.AsSpan(place + sizeof(int)));
        return app;
    }

    /// <summary>True for UTF-8 without NUL, which would end the script early.</summary>
    public static bool IsScript(ReadOnlySpan<byte> bytes) => !bytes.Contains((byte)0) && System.Text.Unicode.Utf8.IsValid(bytes);
}
