using Errand.Primitives;

namespace Errand.Cryptography.Tests;

public sealed class ContentKeyTests
{
    [Fact]
    public void Bytes_go_in_and_come_out_only_by_the_dangerous_name()
    {
        byte[] bytes = Sample.KeyBytes();
        using ContentKey key = ContentKey.FromBytes(bytes);
        var exported = new byte[ContentKey.Size];
        key.DangerousExport(exported);
        Assert.Equal(bytes, exported);
        Assert.Equal("ContentKey", key.ToString());
        Assert.Throws<ArgumentException>(() => key.DangerousExport(new byte[31]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    public void Other_lengths_than_32_bytes_are_refused(int length) =>
        Assert.Throws<ArgumentException>(() => ContentKey.FromBytes(new byte[length]));

    [Fact]
    public void Generated_keys_differ()
    {
        using ContentKey first = ContentKey.Generate(), second = ContentKey.Generate();
        var bytes = new byte[2 * ContentKey.Size];
        first.DangerousExport(bytes);
        second.DangerousExport(bytes.AsSpan(ContentKey.Size));
        Assert.NotEqual(bytes[..ContentKey.Size], bytes[ContentKey.Size..]);
        Assert.False(new Bytes32(bytes.AsSpan(0, 32)).IsZero);
    }

    [Fact]
    public void Disposed_key_does_nothing_any_more()
    {
        ContentKey key = ContentKey.Generate();
        key.Dispose();
        key.Dispose();
        Assert.Throws<ObjectDisposedException>(() => key.DangerousExport(new byte[32]));
        Assert.Throws<ObjectDisposedException>(() => SealedFile.Seal([1], key, options: null, out _));
        (byte[] file, _) = Sample.Seal(10);
        Assert.Throws<ObjectDisposedException>(() => SealedFile.TryOpen(file, key, expected: null, out _));
    }
}
