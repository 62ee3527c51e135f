using System.Security.Cryptography;
using Errand.Cryptography;

namespace Errand.Benchmarks;

/// <summary>What one core does without any file: the two primitives by themselves, and sealing, opening and verifying made of them.</summary>
/// <remarks>In processor time, so that other processes' load does not enter.</remarks>
internal static class SealingCore
{
    private const int Length = 32 << 20;

    internal static void Run(ContentKey key, TimeSpan each)
    {
        var plaintext = new byte[Length];
        RandomNumberGenerator.Fill(plaintext);
        byte[] file = SealedFile.Seal(plaintext, key, options: null, out SealedFileInfo info);
        var options = new SealOptions();
        var chunk = new byte[SealedFormat.ChunkSizeDefault];
        var tag = new byte[SealedFormat.TagSize];
        var nonce = new byte[12];
        using var aes = new AesGcm(new byte[32], SealedFormat.TagSize);

        Measure("AES-256-GCM, 64 KiB in place", each, () =>
        {
            for (int i = 0; i < Length / chunk.Length; i++) aes.Encrypt(nonce, chunk, chunk, tag);
        });
        Measure("SHA-256, 64 KiB", each, () =>
        {
            for (int i = 0; i < Length / chunk.Length; i++) SHA256.HashData(chunk);
        });
        Measure("seal", each, () => SealedFile.Seal(new MemoryStream(plaintext), Length, Stream.Null, key, options));
        Measure("open", each, () => SealedFile.Open(new MemoryStream(file), Stream.Null, key, info.ContentId));
        Measure("verify", each, () => SealedFile.Verify(new MemoryStream(file), info.ContentId));
    }

    private static void Measure(string name, TimeSpan duration, Action run)
    {
        for (int i = 0; i < 3; i++) run();
        TimeSpan start = Environment.CpuUsage.TotalTime, spent;
        int rounds = 0;
        do
        {
            run();
            rounds++;
            spent = Environment.CpuUsage.TotalTime - start;
        }
        while (spent < duration);
        Console.WriteLine($"{name,-30} {(double)rounds * Length / spent.TotalSeconds / 1e9,6:0.00} GB/s");
    }
}
