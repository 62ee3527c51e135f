using System.Security.Cryptography;
using Errand.Cryptography;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Enclave;

/// <summary>The only way out: packs what an app left, pads it as the task says, and seals it to the recipients under a fresh key.</summary>
internal static class OutputGate
{
    /// <summary>Reads the recipients' keys; null when one is not valid.</summary>
    public static HpkePublicKey[]? ReadRecipients(SubmitEntry submit)
    {
        var keys = new HpkePublicKey[submit.Recipients.Length];
        for (int i = 0; i < keys.Length; i++)
        {
            if (HpkePublicKey.TryParse(submit.Recipients[i].Span) is not { } key) return null;
            keys[i] = key;
        }
        return keys;
    }

    /// <summary>Makes the sealed result.</summary>
    public static byte[] Seal(TaskContext context, IReadOnlyList<HpkePublicKey> recipients, SandboxOutcome outcome, out SealedFileInfo info)
    {
        byte[] package = new ResultPackage([.. outcome.Files.Select(file => new ResultFile(file.Name, file.Content))], outcome.Log)
            .EncodePadded(context.Submit.Limits.PaddingBytes);
        byte[] contentKey = GC.AllocateArray<byte>(ContentKey.Size, pinned: true);
        try
        {
            using ContentKey key = ContentKey.Generate();
            key.DangerousExport(contentKey);
            byte[] bound = ResultPackage.Context(context.Network, context.Task);
            ReadOnlyMemory<byte>[] stanzas = [.. recipients.Select(recipient => new ReadOnlyMemory<byte>(Hpke.Seal(recipient, bound, [], contentKey)))];
            return SealedFile.Seal(package, key, new SealOptions { Recipients = stanzas }, out info);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(contentKey);
            CryptographicOperations.ZeroMemory(package);
        }
    }
}
