using System.Security.Cryptography;

namespace Errand.Client;

/// <summary>The secrets of one participant in a folder, encrypted at rest under a passphrase.</summary>
/// <remarks>
/// <para>The folder (0700) holds keystore.json, which has no secrets, and one file NAME.secret (0600) for each secret. Format:
/// <see cref="SecretBox"/>. Each file is written to a temporary name, synced and renamed. Reading may happen from any number of
/// processes at once; so may adding, as names are taken once.</para>
/// <para>Against someone who has the folder the passphrase is all there is: 19 MiB and two passes of Argon2id make a guess cost
/// some 40 ms of one core. Nothing protects against someone who reads this process's memory.</para>
/// </remarks>
public sealed class KeyStore : IDisposable
{
    /// <summary>The shortest passphrase with which a store is made, in characters.</summary>
    public const int PassphraseLengthMin = 8;

    /// <summary>The longest secret in bytes.</summary>
    public const int SecretSizeMax = 64 * 1024;

    private const string FileName = "keystore.json", Suffix = ".secret", CheckName = "";
    private const int FileSizeMax = 4096, NameLengthMax = 100, MemoryKib = 19 * 1024, Passes = 2;
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly SecretBox _box;
    private bool _disposed;

    private KeyStore(string folder, SecretBox box)
    {
        Folder = folder;
        _box = box;
    }

    /// <summary>The folder's full path.</summary>
    public string Folder { get; }

    /// <summary>Names of all secrets, in ordinal order.</summary>
    public IReadOnlyList<string> Names =>
        [.. Directory.EnumerateFiles(Folder, "*" + Suffix).Select(file => Path.GetFileName(file)[..^Suffix.Length]).Where(IsName).Order(StringComparer.Ordinal)];

    /// <summary>True when the folder holds a key store.</summary>
    public static bool Exists(string folder) => File.Exists(Path.Combine(folder, FileName));

    /// <summary>Makes an empty store. The folder must be missing or empty.</summary>
    /// <exception cref="ClientException"><c>keystore/exists</c>, <c>keystore/weak-passphrase</c>.</exception>
    public static KeyStore Create(string folder, ReadOnlySpan<char> passphrase)
    {
        folder = Path.GetFullPath(folder);
        if (passphrase.Length < PassphraseLengthMin) throw new ClientException(ClientError.WeakPassphrase, $"The passphrase has fewer than {PassphraseLengthMin} characters.");
        if (File.Exists(folder) || (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any()))
            throw new ClientException(ClientError.KeyStoreExists, $"{folder} exists and is not empty.");
        MakeFolder(folder);

        byte[] salt = RandomNumberGenerator.GetBytes(KeyStoreFile.SaltSize);
        var box = new SecretBox(passphrase, salt, MemoryKib, Passes);
        var file = new KeyStoreFile
        {
            Version = KeyStoreFile.VersionKnown,
            Kdf = KeyStoreFile.Argon2id,
            MemoryKib = MemoryKib,
            Passes = Passes,
            Salt = Convert.ToHexStringLower(salt),
            Check = Convert.ToHexStringLower(box.Seal(CheckName, [])),
        };
        DurableFile.Write(Path.Combine(folder, FileName), file.ToJson(), replace: false);
        return new KeyStore(folder, box);
    }

    /// <summary>Opens a store.</summary>
    /// <exception cref="ClientException">
    /// <c>keystore/missing</c>, <c>keystore/wrong-passphrase</c>, <c>keystore/damaged</c>, <c>keystore/version</c>, <c>keystore/permissions</c>.
    /// </exception>
    public static KeyStore Open(string folder, ReadOnlySpan<char> passphrase)
    {
        folder = Path.GetFullPath(folder);
        if (!Exists(folder)) throw new ClientException(ClientError.KeyStoreMissing, $"There is no key store in {folder}.");
        RequirePrivate(folder);
        byte[] json = ReadBounded(Path.Combine(folder, FileName), FileSizeMax);
        KeyStoreFile file = KeyStoreFile.TryParse(json) ?? throw new ClientException(ClientError.KeyStoreDamaged, $"{FileName} in {folder} is not what was written.");
        if (file.Version != KeyStoreFile.VersionKnown) throw new ClientException(ClientError.KeyStoreVersion, $"The key store in {folder} is of version {file.Version}.");

        var box = new SecretBox(passphrase, file.SaltBytes, file.MemoryKib, file.Passes);
        if (box.TryOpen(CheckName, file.CheckBytes) is not null) return new KeyStore(folder, box);
        box.Dispose();
        throw new ClientException(ClientError.WrongPassphrase, $"The passphrase does not open the key store in {folder}.");
    }

    /// <summary>Adds a secret under a name that is not taken yet.</summary>
    /// <param name="name">1 to 100 of a-z, 0-9, '-', '_' and '.', not beginning with a dot.</param>
    /// <param name="secret">1 … <see cref="SecretSizeMax"/> bytes; zeroing it stays the caller's.</param>
    /// <exception cref="ClientException"><c>keystore/name-exists</c>: nothing is ever overwritten.</exception>
    public void PutSecret(string name, ReadOnlySpan<byte> secret)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!IsName(name)) throw new ArgumentException("Not a name of a secret.", nameof(name));
        if (secret.Length is 0 or > SecretSizeMax) throw new ArgumentException($"A secret has 1 to {SecretSizeMax} bytes.", nameof(secret));
        string path = PathOf(name);
        try
        {
            DurableFile.Write(path, _box.Seal(name, secret), replace: false);
        }
        catch (IOException fault) when (File.Exists(path))
        {
            throw new ClientException(ClientError.SecretExists, $"The key store has a secret named {name} already.", fault);
        }
    }

    /// <summary>Reads a secret. The caller zeroes it after use.</summary>
    /// <returns>False when there is none of this name.</returns>
    /// <exception cref="ClientException"><c>keystore/damaged</c>: it does not open.</exception>
    public bool TryGetSecret(string name, out byte[] secret)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        secret = [];
        if (!IsName(name) || !File.Exists(PathOf(name))) return false;
        byte[] box = ReadBounded(PathOf(name), SecretSizeMax + SecretBox.Overhead);
        secret = _box.TryOpen(name, box) ?? throw new ClientException(ClientError.KeyStoreDamaged, $"The secret {name} in {Folder} does not open.");
        return true;
    }

    /// <summary>Removes a secret; without one of this name, nothing.</summary>
    /// <exception cref="IOException">The disk failed; it may or may not be there.</exception>
    public void RemoveSecret(string name)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!IsName(name)) throw new ArgumentException("Not a name of a secret.", nameof(name));
        if (!File.Exists(PathOf(name))) return;
        File.Delete(PathOf(name));
        DurableFolder.Flush(Folder);
    }

    /// <summary>Wipes the key over the secrets.</summary>
    public void Dispose()
    {
        _disposed = true;
        _box.Dispose();
    }

    /// <summary>The folder only.</summary>
    public override string ToString() => $"{nameof(KeyStore)} {Folder}";

    private static bool IsName(string name) =>
        name.Length is > 0 and <= NameLengthMax && name[0] != '.' && name.AsSpan().IndexOfAnyExcept("abcdefghijklmnopqrstuvwxyz0123456789-_.") < 0;

    private string PathOf(string name) => Path.Combine(Folder, name + Suffix);

    private static byte[] ReadBounded(string path, int sizeMax)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        if (file.Length > sizeMax) throw new ClientException(ClientError.KeyStoreDamaged, $"{path} is longer than {sizeMax} bytes.");
        var bytes = new byte[(int)file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    private static void MakeFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
            return;
        }
        Directory.CreateDirectory(folder, Owner);
        File.SetUnixFileMode(folder, Owner);
    }

    // Ciphertext that others can read invites guessing; files that others can write invite swapping.
    private static void RequirePrivate(string folder)
    {
        if (OperatingSystem.IsWindows()) return;
        foreach (string path in Directory.EnumerateFiles(folder).Prepend(folder))
        {
            UnixFileMode foreign = File.GetUnixFileMode(path) & ~Owner;
            if (foreign != UnixFileMode.None) throw new ClientException(ClientError.KeyStorePermissions, $"{path} is open to others ({foreign}).");
        }
    }
}
