using Errand.Cryptography;
using Errand.Primitives;

namespace Errand.Enclave.Tests;

/// <summary>A sealed file with its owner and key.</summary>
internal sealed record SealedAsset(SigningKey Owner, ContentKey Key, byte[] Plaintext, byte[] File, ContentId Content) : IDisposable
{
    public AssetId Id => AssetId.Of(Owner.PublicKey, Content);

    /// <summary>Seals with fixed keys, so that a task can be made twice.</summary>
    public static SealedAsset Of(byte[] plaintext, byte owner, byte key = 0x40)
    {
        ContentKey contentKey = ContentKey.FromBytes(TaskFixture.Seed((byte)(key + 3 * owner)));
        byte[] file = SealedFile.Seal(plaintext, contentKey, new SealOptions { DangerousSalt = TaskFixture.Filled(key), ChunkSize = 4096 }, out SealedFileInfo info);
        return new SealedAsset(SigningKey.FromSeed(TaskFixture.Seed(owner)), contentKey, plaintext, file, info.ContentId);
    }

    /// <summary>The same claim over other bytes.</summary>
    public SealedAsset WithFile(byte[] file) => this with { File = file };

    public EnclaveInput ToInput() => new(Id, Owner.PublicKey, Content, File.Length, new MemoryStream(File));

    public void Dispose()
    {
        Owner.Dispose();
        Key.Dispose();
    }
}
