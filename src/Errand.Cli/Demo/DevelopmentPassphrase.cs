using System.Security.Cryptography;
using Errand.Client;
using Errand.Node;

namespace Errand.Cli;

/// <summary>The passphrase of a development network's key stores: random, in a file beside them. It guards against nothing but mistakes.</summary>
internal static class DevelopmentPassphrase
{
    /// <summary>Reads it, or makes it.</summary>
    public static Passphrase Open(DevelopmentFolder folder)
    {
        if (!File.Exists(folder.PassphraseFile))
        {
            Directory.CreateDirectory(folder.Root);
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using var writer = new StreamWriter(folder.PassphraseFile, options);
            writer.Write(RandomNumberGenerator.GetHexString(32, lowercase: true));
        }
        return Passphrase.FromFile(folder.PassphraseFile);
    }

    /// <summary>Reads that of a network that exists, or what the user gives.</summary>
    public static Passphrase Read(CommandContext context, DevelopmentFolder folder) =>
        File.Exists(folder.PassphraseFile) ? Passphrase.FromFile(folder.PassphraseFile) : context.ReadPassphrase(create: false);

    /// <summary>Empties a development network's folder but for the passphrase, which the caller holds.</summary>
    public static void RemoveAllElse(DevelopmentFolder folder)
    {
        foreach (string file in Directory.EnumerateFiles(folder.Root).Where(file => file != folder.PassphraseFile && file != folder.Log)) File.Delete(file);
        foreach (string child in Directory.EnumerateDirectories(folder.Root)) Directory.Delete(child, recursive: true);
    }
}
