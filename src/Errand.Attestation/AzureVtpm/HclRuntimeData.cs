using System.Buffers;
using System.Buffers.Text;
using System.Formats.Asn1;
using System.Text.Json;

namespace Errand.Attestation;

/// <summary>
/// The runtime claims of an attestation report of Azure's paravisor (Microsoft, Confidential VM Guest Attestation Design Detail, Runtime
/// Claims): JSON with the virtual TPM's keys, the VM's configuration and data of the guest's choice.
/// </summary>
/// <remarks>
/// <code>
/// { "keys": [ { "kid": "HCLAkPub", "kty": "RSA", "e", "n", … }, { "kid": "HCLEkPub", … } ],
///   "vm-configuration": { "secure-boot": true, "vmUniqueId": "…", … }, "user-data": "128 hexadecimal digits" }
/// </code>
/// Strict: no member and no key id twice. Further members, and keys of other names, are left alone: newer paravisors add some, and the
/// hardware report covers them all. <c>key_ops</c> is one of those: paravisors of earlier years wrote <c>encrypt</c> for both keys. The host
/// gives the configuration; the paravisor only passes it on.
/// </remarks>
public sealed class HclRuntimeData
{
    /// <summary>Bytes of user data.</summary>
    public const int UserDataSize = 64;

    private const int KeyCountMax = 8;

    private static readonly SearchValues<char> Alphabet = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    private HclRuntimeData(PublicKeyInfo attestationKey, PublicKeyInfo? endorsementKey, IReadOnlyDictionary<string, string> configuration, ReadOnlyMemory<byte>? userData)
    {
        AttestationKey = attestationKey;
        EndorsementKey = endorsementKey;
        VmConfiguration = configuration;
        UserData = userData;
    }

    /// <summary>HCLAkPub, which signs quotes: RSA of 2,048 to 4,096 bits.</summary>
    public PublicKeyInfo AttestationKey { get; }

    /// <summary>HCLEkPub; null when it is not there.</summary>
    public PublicKeyInfo? EndorsementKey { get; }

    /// <summary>Members of <c>vm-configuration</c>, each value as its JSON text.</summary>
    public IReadOnlyDictionary<string, string> VmConfiguration { get; }

    /// <summary>What the guest wrote to NV index 0x01400002, 64 bytes; null when it is not there.</summary>
    public ReadOnlyMemory<byte>? UserData { get; }

    /// <summary>Reads runtime claims; null for anything but the form above.</summary>
    public static HclRuntimeData? TryParse(ReadOnlyMemory<byte> claims) => StrictJson.TryRead(claims, HclReport.SizeMax, Read);

    private static HclRuntimeData? Read(JsonElement json)
    {
        if (json.Member("keys", JsonValueKind.Array) is not { } keys || keys.GetArrayLength() > KeyCountMax || json.Member("vm-configuration", JsonValueKind.Object) is not { } configuration) return null;
        JsonElement[] named = [.. keys.EnumerateArray()];
        string?[] names = [.. named.Select(key => key.Text("kid"))];
        if (names.Contains(null) || names.Distinct(StringComparer.Ordinal).Count() != names.Length) return null;

        PublicKeyInfo? attestation = ReadKey(named, names, "HCLAkPub");
        PublicKeyInfo? endorsement = ReadKey(named, names, "HCLEkPub");
        if (attestation is null || (endorsement is null && names.Contains("HCLEkPub")) || !TryReadUserData(json, out ReadOnlyMemory<byte>? userData)) return null;
        return new HclRuntimeData(attestation, endorsement, configuration.EnumerateObject().ToDictionary(member => member.Name, member => member.Value.GetRawText(), StringComparer.Ordinal), userData);
    }

    private static PublicKeyInfo? ReadKey(JsonElement[] keys, string?[] names, string name)
    {
        int index = Array.IndexOf(names, name);
        if (index < 0) return null;
        JsonElement key = keys[index];
        return key.Text("kty") == "RSA" && ReadInteger(key, "n") is { } modulus && ReadInteger(key, "e") is { } exponent ? PublicKeyInfo.TryParse(Encode(modulus, exponent)) : null;
    }

    // RFC 7518 section 2, Base64urlUInt: big-endian without leading zeros.
    private static byte[]? ReadInteger(JsonElement key, string name)
    {
        if (key.Text(name) is not { Length: > 0 } text || text.AsSpan().ContainsAnyExcept(Alphabet) || !Base64Url.IsValid(text)) return null;
        byte[] value = Base64Url.DecodeFromChars(text);
        return value is [> 0, ..] ? value : null;
    }

    private static byte[] Encode(byte[] modulus, byte[] exponent)
    {
        var key = new AsnWriter(AsnEncodingRules.DER);
        using (key.PushSequence())
        {
            key.WriteIntegerUnsigned(modulus);
            key.WriteIntegerUnsigned(exponent);
        }
        var info = new AsnWriter(AsnEncodingRules.DER);
        using (info.PushSequence())
        {
            using (info.PushSequence())
            {
                info.WriteObjectIdentifier(Oids.RsaEncryption);
                info.WriteNull();
            }
            info.WriteBitString(key.Encode());
        }
        return info.Encode();
    }

    private static bool TryReadUserData(JsonElement json, out ReadOnlyMemory<byte>? userData)
    {
        userData = null;
        if (!json.TryGetProperty("user-data", out _)) return true;
        var bytes = new byte[UserDataSize];
        if (json.Text("user-data") is not { Length: 2 * UserDataSize } text || Convert.FromHexString(text, bytes, out _, out _) != OperationStatus.Done) return false;
        userData = bytes;
        return true;
    }
}
