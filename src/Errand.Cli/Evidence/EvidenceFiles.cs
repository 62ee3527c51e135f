using Errand.Attestation;
using Errand.Client;
using Errand.Node;

namespace Errand.Cli;

/// <summary>Reads what the command line names: files of evidence, folders of collateral, further roots.</summary>
internal static class EvidenceFiles
{
    /// <summary>The files by themselves, and those with a role (ROLE=FILE).</summary>
    public static IReadOnlyList<EvidenceFile> Read(CommandContext context, IEnumerable<string> files, IEnumerable<string> roles)
    {
        List<EvidenceFile> read = [.. files.Select(file => Read(context, file, null))];
        foreach (string pair in roles)
        {
            if (pair.Split('=', 2) is not [var code, { Length: > 0 } file] || !EvidenceRoles.TryFromCode(code, out EvidenceRole role))
                throw new ClientException(ClientError.Usage, $"--role {pair} is not ROLE=FILE.", $"Roles: {string.Join(", ", EvidenceRoles.All.Select(known => known.ToCode()))}.");
            // Naming a file by its role alone is enough; naming it twice does not make two of it.
            read.RemoveAll(other => context.Environment.At(other.Name) == context.Environment.At(file));
            read.Add(Read(context, file, role));
        }
        if (read.Count == 0) throw new ClientException(ClientError.Usage, "No file is named.");
        return read;
    }

    /// <summary>Everything in a folder that is collateral; nothing when none is named.</summary>
    public static Collateral ReadCollateral(CommandContext context, string? folder)
    {
        if (folder is null) return Collateral.None;
        string path = context.Environment.At(folder);
        if (!Directory.Exists(path)) throw new ClientException(ClientError.FileMissing, $"There is no folder {path}.");
        try
        {
            return CollateralFolder.Read(path, folder);
        }
        catch (IOException fault)
        {
            throw new ClientException(ClientError.FileUnreadable, fault.Message, fault);
        }
    }

    public static byte[] ReadBytes(CommandContext context, string file, long sizeMax)
    {
        string path = context.Environment.At(file);
        if (!File.Exists(path)) throw new ClientException(ClientError.FileMissing, $"There is no file {path}.");
        // Devices and files of the kernel say 0 and are read up to the limit.
        using FileStream stream = File.OpenRead(path);
        using var buffer = new MemoryStream();
        var block = new byte[64 * 1024];
        for (int count; (count = stream.Read(block)) > 0;)
        {
            buffer.Write(block, 0, count);
            if (buffer.Length > sizeMax) throw new ClientException(ClientError.FileUnreadable, $"{path} has more than {sizeMax} bytes.");
        }
        return buffer.ToArray();
    }

    private static EvidenceFile Read(CommandContext context, string file, EvidenceRole? role) => new(file, ReadBytes(context, file, EvidenceFile.SizeMax), role);
}
