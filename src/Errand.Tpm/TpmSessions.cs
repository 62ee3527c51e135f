using System.Security.Cryptography;
using Errand.Attestation;

namespace Errand.Tpm;

/// <summary>Policy sessions: TPM2_StartAuthSession, TPM2_PolicySecret, TPM2_PolicyPCR (TPM 2.0 Part 3, sections 11.1, 23.4, 23.7).</summary>
internal static class TpmSessions
{
    private const int NonceSize = 16;
    private const byte PolicyType = 1;

    /// <summary>Starts a policy session, not salted and not bound, with SHA-256. The caller flushes it.</summary>
    public static async ValueTask<uint> StartPolicySessionAsync(this TpmClient tpm, CancellationToken cancellation)
    {
        var parameters = new TpmWriter().Sized(RandomNumberGenerator.GetBytes(NonceSize)).Sized([]).UInt8(PolicyType).Algorithm(TpmAlgorithm.Null).Algorithm(TpmAlgorithm.Sha256);
        TpmResponse response = await tpm.SendAsync(
            new TpmCommand(TpmCommandCode.StartAuthSession) { Handles = [TpmHandles.Null, TpmHandles.Null], Parameters = parameters.ToArray(), GivesHandle = true }, cancellation).ConfigureAwait(false);
        return response.Handle;
    }

    /// <summary>Fulfils the policy of endorsement keys (EK Credential Profile, section B.6.2): knowledge of the endorsement hierarchy's authorisation value.</summary>
    /// <exception cref="TpmException"><see cref="TpmError.EndorsementAuthorization"/>: it is another one.</exception>
    public static async ValueTask PolicyEndorsementAsync(this TpmClient tpm, uint session, ReadOnlyMemory<byte> endorsementValue, CancellationToken cancellation)
    {
        // nonceTPM, cpHashA, policyRef: empty; expiration: none.
        byte[] parameters = new TpmWriter().Sized([]).Sized([]).Sized([]).UInt32(0).ToArray();
        await tpm.SendAsEndorserAsync(new TpmCommand(TpmCommandCode.PolicySecret)
        {
            Handles = [TpmHandles.Endorsement, session],
            Authorizations = [TpmAuthorization.Password(endorsementValue)],
            Parameters = parameters,
        }, cancellation).ConfigureAwait(false);
    }

    /// <summary>Makes a session's policy depend on the values that PCRs of the SHA-256 bank have now.</summary>
    public static async ValueTask PolicyPcrAsync(this TpmClient tpm, uint session, PcrSet pcrs, CancellationToken cancellation)
    {
        // An empty digest: the TPM takes the values of now, and a policy of other values fails at use.
        var parameters = new TpmWriter().Sized([]);
        PcrSelection.WriteList(parameters, [new PcrSelection(TpmAlgorithm.Sha256, pcrs)]);
        await tpm.SendAsync(new TpmCommand(TpmCommandCode.PolicyPcr) { Handles = [session], Parameters = parameters.ToArray() }, cancellation).ConfigureAwait(false);
    }

    /// <summary>Sends a command that the endorsement hierarchy authorises, and says so when it is not.</summary>
    public static async ValueTask<TpmResponse> SendAsEndorserAsync(this TpmClient tpm, TpmCommand command, CancellationToken cancellation)
    {
        try
        {
            return await tpm.SendAsync(command, cancellation).ConfigureAwait(false);
        }
        catch (TpmException refused) when (refused.Error is TpmError.BadAuth or TpmError.AuthFail)
        {
            throw new TpmException(TpmError.EndorsementAuthorization, "The TPM refuses the authorisation value given for its endorsement hierarchy.", refused);
        }
    }

    /// <summary>Does something in a session, and flushes it whatever happens.</summary>
    public static async ValueTask<T> InPolicySessionAsync<T>(this TpmClient tpm, Func<uint, ValueTask<T>> work, CancellationToken cancellation)
    {
        uint session = await tpm.StartPolicySessionAsync(cancellation).ConfigureAwait(false);
        return await tpm.FlushAfterAsync(session, work).ConfigureAwait(false);
    }
}
