using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Errand.Attestation.Tests;

/// <summary>Makes quotes as Intel's quoting enclave does.</summary>
internal static class QuoteMaker
{
    public static byte[] Make(IntelVendor vendor, QuoteOptions options)
    {
        byte[] signed = Signed(options);
        options.ChangeSigned?.Invoke(signed);
        ECParameters key = vendor.AttestationKey.ExportParameters(includePrivateParameters: false);
        byte[] attestationKey = [.. key.Q.X!, .. key.Q.Y!];
        byte[] report = [.. options.QeReport];
        SHA256.HashData([.. attestationKey, .. options.AuthenticationData]).CopyTo(report, 0x140);
        options.ChangeQeReport?.Invoke(report);

        byte[] certification = options.CertificationData ?? vendor.PckChain(options.Pck);
        byte[] certified =
        [
            .. report, .. vendor.PckKey.SignData(report, HashAlgorithmName.SHA256),
            .. UInt16((ushort)options.AuthenticationData.Length), .. options.AuthenticationData,
            .. UInt16(options.CertificationType), .. UInt32(certification.Length), .. certification,
        ];
        byte[] wrapped = options.Version == 3 ? certified : [.. UInt16(6), .. UInt32(certified.Length), .. certified];
        byte[] signature = [.. vendor.AttestationKey.SignData(signed, HashAlgorithmName.SHA256), .. attestationKey, .. wrapped];
        return [.. signed, .. UInt32(signature.Length), .. signature];
    }

    private static byte[] Signed(QuoteOptions options)
    {
        byte[] header =
        [
            .. UInt16((ushort)options.Version), .. UInt16(IntelQuote.EcdsaP256), .. UInt32((int)options.Tee), 0, 0, 0, 0,
            .. IntelQuote.IntelVendorId, .. Enumerable.Repeat((byte)0xAB, 20),
        ];
        return options.Version < 5 ? [.. header, .. options.Body] : [.. header, .. UInt16((ushort)options.BodyType), .. UInt32(options.Body.Length), .. options.Body];
    }

    private static byte[] UInt16(ushort value)
    {
        var bytes = new byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, value);
        return bytes;
    }

    private static byte[] UInt32(int value)
    {
        var bytes = new byte[sizeof(uint)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes;
    }
}
