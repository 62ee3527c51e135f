using Errand.Primitives;

namespace Errand.Attestation;

/// <summary>
/// Claims of verified evidence: {0: kind, 1: claims of the hardware report as their own encoding, 2: runtime claims as received, 3: quoted
/// PCRs [[bank, [[index, value], …]], …] in the quote's order, 4: nonce, 5: [clock, reset count, restart count, safe], 6: the TPM's firmware
/// version}.
/// </summary>
internal static class AzureVtpmClaims
{
    internal static byte[] Encode(VerifiedAzureVtpm verified)
    {
        Claims hardware = verified.SevSnp?.Claims ?? verified.Tdx!.Claims;
        TpmClockInfo clock = verified.Quote.ClockInfo;
        var writer = new CanonicalWriter();
        writer.Map(7)
            .Key(0).UInt((ulong)TeeKind.AzureVtpm)
            .Key(1).Bytes(hardware.Encoded.Span)
            .Key(2).Bytes(verified.Report.RuntimeClaims.Span)
            .Key(3).Array(verified.Pcrs.Count);
        foreach (PcrBank bank in verified.Pcrs)
        {
            writer.Array(2).UInt((ulong)bank.Algorithm).Array(bank.Pcrs.Size);
            foreach (int index in bank.Pcrs.Indices()) writer.Array(2).UInt((ulong)index).Bytes(bank[index].Span);
        }
        return writer
            .Key(4).Bytes(verified.Quote.ExtraData.Span)
            .Key(5).Array(4).UInt(clock.ClockMilliseconds).UInt(clock.ResetCount).UInt(clock.RestartCount).Bool(clock.IsSafe)
            .Key(6).UInt(verified.Quote.FirmwareVersion)
            .ToArray();
    }
}
