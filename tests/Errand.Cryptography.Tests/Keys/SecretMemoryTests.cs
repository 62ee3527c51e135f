namespace Errand.Cryptography.Tests;

public sealed class SecretMemoryTests
{
    [Fact]
    public void A_lease_reads_what_was_stored()
    {
        using var secret = new SecretMemory([1, 2, 3]);
        using SecretMemory.Lease lease = secret.Open();
        Assert.Equal([1, 2, 3], lease.Bytes.ToArray());
    }

    [Fact]
    public void A_disposed_secret_cannot_be_opened()
    {
        var secret = new SecretMemory([1]);
        secret.Dispose();
        Assert.Throws<ObjectDisposedException>(() => secret.Open());
    }

    [Fact]
    public void Memory_outlives_a_dispose_until_the_last_lease_ends()
    {
        var secret = new SecretMemory([7]);
        SecretMemory.Lease lease = secret.Open();
        secret.Dispose();
        Assert.Equal(7, lease.Bytes[0]);
        lease.Dispose();
        Assert.Throws<ObjectDisposedException>(() => secret.Open());
    }
}
