using Errand.Attestation;
using Errand.Tpm;

namespace Errand.Platform;

/// <summary>A TPM with an endorsement key, its certificate, and a restricted attestation key. Safe for use by several threads.</summary>
public interface IAttestingTpm
{
    /// <summary>EK certificate in DER, then its issuers up to the root.</summary>
    IReadOnlyList<ReadOnlyMemory<byte>> EkCertificateChain { get; }

    /// <summary>Public area of the endorsement key.</summary>
    TpmtPublic EkPublic { get; }

    /// <summary>Public area of the attestation key.</summary>
    TpmtPublic AkPublic { get; }

    /// <summary>The firmware's event log of this boot.</summary>
    /// <exception cref="TpmException">There is none, or it cannot be read.</exception>
    ValueTask<ReadOnlyMemory<byte>> ReadEventLogAsync(CancellationToken cancellation);

    /// <summary>What the kernel has measured since the boot; null if this machine does not offer that.</summary>
    /// <exception cref="TpmException">It cannot be read.</exception>
    ValueTask<ReadOnlyMemory<byte>?> ReadImaListAsync(CancellationToken cancellation);

    /// <summary>Quotes PCRs of the SHA-256 bank over a nonce of at most 64 bytes.</summary>
    /// <exception cref="ArgumentException">The nonce is longer.</exception>
    /// <exception cref="TpmException">The TPM does not answer, or refuses.</exception>
    ValueTask<TpmQuote> QuoteAsync(ReadOnlyMemory<byte> nonce, PcrSet pcrs, CancellationToken cancellation);

    /// <summary>The secret of a challenge made for this TPM's two keys; null for any other challenge.</summary>
    /// <exception cref="TpmException">The TPM does not answer.</exception>
    ValueTask<byte[]?> ActivateCredentialAsync(CredentialChallenge challenge, CancellationToken cancellation);
}
