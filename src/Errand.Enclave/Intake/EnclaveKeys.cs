using Errand.Cryptography;

namespace Errand.Enclave;

/// <summary>The keys of one enclave life: one to receive content keys, one to sign the receipt.</summary>
internal sealed class EnclaveKeys : IDisposable
{
    /// <summary>Content keys are sealed to it.</summary>
    public HpkePrivateKey Release { get; } = HpkePrivateKey.Generate(HpkeSuite.Default);

    /// <summary>Signs the receipt.</summary>
    public SigningKey Receipt { get; } = SigningKey.Generate();

    /// <inheritdoc/>
    public void Dispose()
    {
        Release.Dispose();
        Receipt.Dispose();
    }
}
