using System.Security.Cryptography;
using System.Text;

namespace Errand.Client;

/// <summary>A passphrase in a pinned array that is zeroed when disposed.</summary>
/// <remarks>One that comes from the environment stays in the process's environment block, where this class cannot wipe it.</remarks>
public sealed class Passphrase : IDisposable
{
    /// <summary>The environment variable that may hold it.</summary>
    public const string Variable = "ERRAND_PASSPHRASE";

    private const int SizeMax = 4096;
    private readonly char[] _characters;

    /// <summary>Copies the characters; zeroing the source stays the caller's.</summary>
    public Passphrase(ReadOnlySpan<char> characters)
    {
        _characters = GC.AllocateUninitializedArray<char>(characters.Length, pinned: true);
        characters.CopyTo(_characters);
    }

    /// <summary>The characters.</summary>
    public ReadOnlySpan<char> Characters => _characters;

    /// <summary>From <see cref="Variable"/>; null when it is not set.</summary>
    public static Passphrase? TryFromEnvironment() =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } set ? new Passphrase(set) : null;

    /// <summary>From the first line of a UTF-8 file.</summary>
    /// <exception cref="ClientException"><c>keystore/no-passphrase</c>: the file is missing, empty, longer than 4 KiB or no text.</exception>
    public static Passphrase FromFile(string path)
    {
        byte[] bytes = GC.AllocateArray<byte>(SizeMax, pinned: true);
        char[] characters = GC.AllocateArray<char>(SizeMax, pinned: true);
        try
        {
            using FileStream file = File.OpenRead(path);
            int size = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (size == SizeMax) throw new ClientException(ClientError.NoPassphrase, $"{path} is longer than a passphrase.");
            int count = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetChars(bytes.AsSpan(0, size), characters);
            ReadOnlySpan<char> text = characters.AsSpan(0, count);
            int end = text.IndexOfAny('\r', '\n');
            if (end >= 0) text = text[..end];
            if (text.IsEmpty) throw new ClientException(ClientError.NoPassphrase, $"{path} has no passphrase in its first line.");
            return new Passphrase(text);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or DecoderFallbackException)
        {
            throw new ClientException(ClientError.NoPassphrase, $"No passphrase can be read from {path}.", fault);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
            characters.AsSpan().Clear();
        }
    }

    /// <summary>Zeroes the characters.</summary>
    public void Dispose() => _characters.AsSpan().Clear();

    /// <summary>The type's name only.</summary>
    public override string ToString() => nameof(Passphrase);
}
