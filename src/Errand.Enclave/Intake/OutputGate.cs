using System.Security.Cryptography;
using Errand.Cryptography;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Enclave;

/// <summary>The only way out: packs what an app left, pads it as the task says, and seals it to the recipients under a fresh key.</summary>
internal static class OutputGate
{
    private const int HeaderRoom = 64 * 1024;

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

    /// <summary>Makes the sealed result, and wipes the outcome.</summary>
    public static ReadOnlyMemory<byte> Seal(TaskContext context, IReadOnlyList<HpkePublicKey> recipients, SandboxOutcome outcome, out SealedFileInfo info)
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
            var options = new SealOptions { Recipients = stanzas };
            using var plaintext = new MemoryStream(package);
            // Room for all, so that no half-grown copies take up memory: header with its recipients, chunks, tags.
            using var ciphertext = new MemoryStream(package.Length + package.Length / 1024 + HeaderRoom);
            SealingResult result = SealedFile.Seal(plaintext, package.Length, ciphertext, key, options);
            info = result.Info ?? throw new InvalidOperationException($"Sealing from memory failed: {result.Failure}.");
            return ciphertext.GetBuffer().AsMemory(0, (int)ciphertext.Length);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(contentKey);
            CryptographicOperations.ZeroMemory(package);
            outcome.Wipe();
        }
    }
}
