using System.Security.Cryptography;
using Errand.Primitives;

namespace Errand.Attestation;

/// <summary>
/// Claims of a software TPM's verified report: {0: kind, 1: root's key digest, 2: AK Name, 3: qualified signer, 4: report data, 5: clock, 6: reset count,
/// 7: restart count, 8: firmware version, 9: [[bank, PCR mask]…], 10: PCR digest, 11: PCR values in order, 12: SHA-256 of the event log}.
/// </summary>
internal static class VtpmClaims
{
    internal static byte[] Encode(VerifiedVtpm verified)
    {
        TpmsAttest quote = verified.Quote;
        CanonicalWriter writer = new CanonicalWriter().Map(13)
            .Key(0).UInt((ulong)TeeKind.DevelopmentVtpm)
            .Key(1).Bytes(verified.Root.SpkiDigest)
            .Key(2).Bytes(verified.AttestationKey.Name)
            .Key(3).Bytes(quote.QualifiedSigner.Span)
            .Key(4).Bytes(quote.ExtraData.Span)
            .Key(5).UInt(quote.ClockInfo.ClockMilliseconds)
            .Key(6).UInt(quote.ClockInfo.ResetCount)
            .Key(7).UInt(quote.ClockInfo.RestartCount)
            .Key(8).UInt(quote.FirmwareVersion)
            .Key(9).Array(quote.Selections.Count);
        foreach (PcrSelection selection in quote.Selections) writer.Array(2).UInt((ulong)selection.Bank).UInt(selection.Pcrs.Mask);
        return writer
            .Key(10).Bytes(quote.PcrDigest.Span)
            .Key(11).Bytes(verified.Pcrs.Concatenate(verified.Pcrs.Pcrs))
            .Key(12).Bytes(SHA256.HashData(verified.EventLog.Span))
            .ToArray();
    }
}
