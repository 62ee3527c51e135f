using System.Security.Cryptography;
using Errand.Primitives;

namespace Errand.Attestation;

/// <summary>
/// Claims of verified platform evidence: {0: 16, 1: vendor, 2: model, 3: version, 4: root's key digest, 5: SHA-256 of the EK public area,
/// 6: AK Name, 7: qualified signer, 8: nonce, 9: clock, 10: reset count, 11: restart count, 12: clock is safe, 13: firmware version,
/// 14: [[bank, PCR mask]…], 15: PCR digest, 16: PCR values in order, 17: SHA-256 of the event log}.
/// </summary>
internal static class PlatformClaims
{
    private const ulong TpmKind = 16;

    internal static byte[] Encode(VerifiedPlatform platform)
    {
        TpmsAttest quote = platform.Quote;
        var writer = new CanonicalWriter();
        writer.Map(18)
            .Key(0).UInt(TpmKind)
            .Key(1).UInt(platform.Certificate.Vendor.Id)
            .Key(2).Text(platform.Certificate.Model)
            .Key(3).Text(platform.Certificate.Version)
            .Key(4).Bytes(platform.Root.SpkiDigest)
            .Key(5).Bytes(SHA256.HashData(platform.EndorsementKey.Encoded.Span))
            .Key(6).Bytes(platform.AttestationKey.Name)
            .Key(7).Bytes(quote.QualifiedSigner.Span)
            .Key(8).Bytes(quote.ExtraData.Span)
            .Key(9).UInt(quote.ClockInfo.ClockMilliseconds)
            .Key(10).UInt(quote.ClockInfo.ResetCount)
            .Key(11).UInt(quote.ClockInfo.RestartCount)
            .Key(12).Bool(quote.ClockInfo.IsSafe)
            .Key(13).UInt(quote.FirmwareVersion)
            .Key(14).Array(quote.Selections.Count);
        foreach (PcrSelection selection in quote.Selections) writer.Array(2).UInt((ulong)selection.Bank).UInt(selection.Pcrs.Mask);
        return writer
            .Key(15).Bytes(quote.PcrDigest.Span)
            .Key(16).Bytes(platform.Pcrs.Concatenate(platform.Pcrs.Pcrs))
            .Key(17).Bytes(SHA256.HashData(platform.EventLog.Span))
            .ToArray();
    }
}
