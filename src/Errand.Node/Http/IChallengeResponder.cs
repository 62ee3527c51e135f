using Errand.Attestation;
using Errand.Primitives;

namespace Errand.Node;

/// <summary>A node as seen by whoever challenges it.</summary>
public interface IChallengeResponder
{
    /// <summary>The node's key.</summary>
    PublicKey Id { get; }

    /// <summary>The secret of a credential challenge in the node's open case; null for any other case or a challenge that its TPM cannot open.</summary>
    /// <exception cref="Tpm.TpmException">The TPM does not answer.</exception>
    ValueTask<byte[]?> AnswerAsync(Bytes32 caseId, CredentialChallenge challenge, CancellationToken cancellation);
}
