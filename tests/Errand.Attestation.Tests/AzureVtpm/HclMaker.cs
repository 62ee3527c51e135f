using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Errand.Attestation.Tests;

/// <summary>Makes attestation reports and runtime claims in the form of Azure's paravisor.</summary>
internal static class HclMaker
{
    public const int IndexSize = 2600;

    public static RSA AttestationKey { get; } = RSA.Create(2048);

    public static RSA EndorsementKey { get; } = RSA.Create(2048);

    public static string UserData { get; } = Convert.ToHexStringLower(SHA512.HashData("user data"u8));

    public static string VmId => "26F8BC30-774E-4290-8E7A-535F3B672AEE";

    public static string Key(string kid, string operation, RSA key)
    {
        RSAParameters parameters = key.ExportParameters(false);
        return $$"""{"kid":"{{kid}}","key_ops":["{{operation}}"],"kty":"RSA","e":"{{Base64Url.EncodeToString(parameters.Exponent)}}","n":"{{Base64Url.EncodeToString(parameters.Modulus)}}"}""";
    }

    public static string Claims(string? keys = null, string? configuration = null, string? userData = null)
    {
        keys ??= $"[{Key("HCLAkPub", "sign", AttestationKey)},{Key("HCLEkPub", "encrypt", EndorsementKey)}]";
        configuration ??= $$"""{"console-enabled":true,"secure-boot":true,"tpm-enabled":true,"vmUniqueId":"{{VmId}}"}""";
        return $$"""{"keys":{{keys}},"vm-configuration":{{configuration}},"user-data":"{{userData ?? UserData}}"}""";
    }

    /// <summary>A report over a hardware report, padded to the size of its NV index.</summary>
    public static byte[] Report(ReadOnlySpan<byte> hardwareReport, string claims, HclReportType type = HclReportType.SevSnp, int hashType = 1, int version = 2)
    {
        byte[] json = Encoding.UTF8.GetBytes(claims);
        var report = new byte[IndexSize];
        "HCLA"u8.CopyTo(report);
        Write(report, 4, (uint)version);
        Write(report, 8, (uint)(1236 + json.Length));
        Write(report, 12, 2);
        hardwareReport.CopyTo(report.AsSpan(32));
        Write(report, 1216, (uint)(20 + json.Length));
        Write(report, 1220, 1);
        Write(report, 1224, (uint)type);
        Write(report, 1228, (uint)hashType);
        Write(report, 1232, (uint)json.Length);
        json.CopyTo(report, 1236);
        return report;
    }

    public static void Write(byte[] report, int offset, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(report.AsSpan(offset), value);
}
