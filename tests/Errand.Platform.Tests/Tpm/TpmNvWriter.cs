using Errand.Attestation;
using Errand.Tpm;

namespace Errand.Platform.Tests;

/// <summary>Writes NV indices as manufacturers do, with the owner's empty authorisation.</summary>
internal static class TpmNvWriter
{
    private const TpmCommandCode Define = (TpmCommandCode)0x12A, Write = (TpmCommandCode)0x137, Undefine = (TpmCommandCode)0x122;
    private const uint Attributes = 1 << 1 | 1 << 17 | 1 << 18 | 1 << 25; // owner writes; owner and anyone read; no dictionary attack protection
    private const int Piece = 512;

    public static async Task WriteAsync(TpmClient tpm, uint index, byte[] content, CancellationToken cancellation)
    {
        await DefineAsync(tpm, index, content.Length, cancellation);
        for (int offset = 0; offset < content.Length; offset += Piece)
        {
            byte[] piece = content[offset..Math.Min(offset + Piece, content.Length)];
            await tpm.SendAsync(new TpmCommand(Write) { Handles = [TpmHandles.Owner, index], Authorizations = [TpmAuthorization.Password()], Parameters = new TpmWriter().Sized(piece).UInt16(offset).ToArray() }, cancellation);
        }
    }

    public static async Task DefineAsync(TpmClient tpm, uint index, int size, CancellationToken cancellation)
    {
        byte[] area = new TpmWriter().UInt32(index).Algorithm(TpmAlgorithm.Sha256).UInt32(Attributes).Sized([]).UInt16(size).ToArray();
        await tpm.SendAsync(new TpmCommand(Define) { Handles = [TpmHandles.Owner], Authorizations = [TpmAuthorization.Password()], Parameters = new TpmWriter().Sized([]).Sized(area).ToArray() }, cancellation);
    }

    public static async Task UndefineAsync(TpmClient tpm, uint index, CancellationToken cancellation) =>
        await tpm.SendAsync(new TpmCommand(Undefine) { Handles = [TpmHandles.Owner, index], Authorizations = [TpmAuthorization.Password()] }, cancellation);
}
