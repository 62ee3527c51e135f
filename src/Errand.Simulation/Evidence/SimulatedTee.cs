using System.Security.Cryptography;
using Errand.Primitives;

namespace Errand.Simulation;

/// <summary>
/// What a chip and a TPM would say, as few bytes: what was measured, authenticated with a vendor's key that no participant has.
/// The fold never looks at evidence; honest verifiers appraise this model of it.
/// </summary>
internal static class SimulatedTee
{
    private static readonly byte[] VendorKey = SHA256.HashData("errand simulation vendor"u8);
    private const int TagSize = 32;

    /// <summary>A chip's report: chip id (32), measurement (32), debug (1), report data (64), tag (32).</summary>
    public static byte[] Report(Bytes32 chip, Bytes32 measurement, bool debug, ReadOnlySpan<byte> reportData) =>
        Seal([.. chip.ToArray(), .. measurement.ToArray(), debug ? (byte)1 : (byte)0, .. reportData]);

    /// <summary>A TPM's quote: endorsement key id (32), boots of the machine (4), nonce (32), tag (32).</summary>
    public static byte[] Quote(Bytes32 ek, int boots, Bytes32 nonce) =>
        Seal([.. ek.ToArray(), (byte)(boots >> 24), (byte)(boots >> 16), (byte)(boots >> 8), (byte)boots, .. nonce.ToArray()]);

    /// <summary>Reads a report; null if it is not authentic.</summary>
    public static TeeReport? ReadReport(ReadOnlySpan<byte> report)
    {
        if (report.Length != 32 + 32 + 1 + 64 + TagSize || !IsAuthentic(report)) return null;
        return new TeeReport(new Bytes32(report[..32]), new Bytes32(report[32..64]), report[64] != 0, report[65..129].ToArray());
    }

    /// <summary>Reads a quote; null if it is not authentic.</summary>
    public static TpmQuote? ReadQuote(ReadOnlySpan<byte> quote)
    {
        if (quote.Length != 32 + 4 + 32 + TagSize || !IsAuthentic(quote)) return null;
        return new TpmQuote(new Bytes32(quote[..32]), (quote[32] << 24) | (quote[33] << 16) | (quote[34] << 8) | quote[35], new Bytes32(quote[36..68]));
    }

    private static byte[] Seal(byte[] body) => [.. body, .. HMACSHA256.HashData(VendorKey, body)];

    private static bool IsAuthentic(ReadOnlySpan<byte> bytes) =>
        HMACSHA256.HashData(VendorKey, bytes[..^TagSize]).AsSpan().SequenceEqual(bytes[^TagSize..]);
}
