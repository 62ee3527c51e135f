using Errand.Primitives;

namespace Errand.Attestation;

/// <summary>
/// Claims of a verified document: {0: kind, 1: source, 2: module id, 3: timestamp in milliseconds, 4: [[index, value], …] of PCRs in order of
/// index, 5: [public key] or [], 6: [user data] or [], 7: [nonce] or [], 8: SHA-256 of the signing certificate, 9: root's key digest}.
/// </summary>
internal static class NitroClaims
{
    internal static byte[] Encode(NitroDocument document, TrustedRoot root, Bytes32 certificate)
    {
        var writer = new CanonicalWriter();
        int[] indices = [.. document.PcrIndices];
        writer.Map(10)
            .Key(0).UInt((ulong)TeeKind.AwsNitro)
            .Key(1).UInt((ulong)document.Source)
            .Key(2).Text(document.ModuleId)
            .Key(3).UInt((ulong)document.Timestamp.ToUnixTimeMilliseconds())
            .Key(4).Array(indices.Length);
        foreach (int index in indices) writer.Array(2).UInt((ulong)index).Bytes(document.Pcr(index).Span);
        Optional(writer.Key(5), document.PublicKey);
        Optional(writer.Key(6), document.UserData);
        Optional(writer.Key(7), document.Nonce);
        return writer.Key(8).Bytes(certificate).Key(9).Bytes(root.SpkiDigest).ToArray();
    }

    private static void Optional(CanonicalWriter writer, ReadOnlyMemory<byte>? value)
    {
        if (value is { } bytes) writer.Array(1).Bytes(bytes.Span);
        else writer.Array(0);
    }
}
