using Errand.Attestation;

namespace Errand.Tpm;

/// <summary>TPMS_AUTH_COMMAND: what authorises the use of one handle (TPM 2.0 Part 1, section 18.6).</summary>
/// <param name="Session">TPM_RS_PW or a policy session.</param>
/// <param name="Value">The authorisation value in clear for TPM_RS_PW; empty for a policy session without one.</param>
internal readonly record struct TpmAuthorization(uint Session, ReadOnlyMemory<byte> Value)
{
    private const byte ContinueSession = 1;

    /// <summary>An authorisation value in clear; most objects have the empty one.</summary>
    public static TpmAuthorization Password(ReadOnlyMemory<byte> value = default) => new(TpmHandles.Password, value);

    /// <summary>A policy session. It goes on after the command and is flushed by whoever started it.</summary>
    public static TpmAuthorization Policy(uint session) => new(session, default);

    /// <summary>Bytes that <see cref="Write"/> writes: session (4), nonce (2), attributes (1), value with its size.</summary>
    public int Size => 4 + 2 + 1 + 2 + Value.Length;

    public void Write(TpmWriter writer) => writer.UInt32(Session).Sized([]).UInt8(ContinueSession).Sized(Value.Span);
}
