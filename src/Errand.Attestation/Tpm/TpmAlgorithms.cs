using System.Security.Cryptography;

namespace Errand.Attestation;

/// <summary>Hash algorithms of TPMs and their names.</summary>
public static class TpmAlgorithms
{
    /// <summary>The BCL's name of a hash; null when it is no hash that can be computed here.</summary>
    public static HashAlgorithmName? ToHashName(this TpmAlgorithm algorithm) => algorithm switch
    {
        TpmAlgorithm.Sha1 => HashAlgorithmName.SHA1,
        TpmAlgorithm.Sha256 => HashAlgorithmName.SHA256,
        TpmAlgorithm.Sha384 => HashAlgorithmName.SHA384,
        TpmAlgorithm.Sha512 => HashAlgorithmName.SHA512,
        _ => null,
    };

    /// <summary>Bytes of a digest; 0 when the algorithm is no hash.</summary>
    public static int DigestSize(this TpmAlgorithm algorithm) => algorithm switch
    {
        TpmAlgorithm.Sha1 => 20,
        TpmAlgorithm.Sha256 or TpmAlgorithm.Sm3 => 32,
        TpmAlgorithm.Sha384 => 48,
        TpmAlgorithm.Sha512 => 64,
        _ => 0,
    };

    /// <summary>The lower-case name of a PCR bank, such as <c>sha256</c>.</summary>
    public static string BankName(this TpmAlgorithm algorithm) => algorithm switch
    {
        TpmAlgorithm.Sha1 => "sha1",
        TpmAlgorithm.Sha256 => "sha256",
        TpmAlgorithm.Sha384 => "sha384",
        TpmAlgorithm.Sha512 => "sha512",
        TpmAlgorithm.Sm3 => "sm3_256",
        _ => $"0x{(ushort)algorithm:x4}",
    };

    /// <summary>The bank with a name as <see cref="BankName"/> gives it; null when there is none that can be computed here.</summary>
    public static TpmAlgorithm? FromBankName(string name) => name switch
    {
        "sha1" => TpmAlgorithm.Sha1,
        "sha256" => TpmAlgorithm.Sha256,
        "sha384" => TpmAlgorithm.Sha384,
        "sha512" => TpmAlgorithm.Sha512,
        _ => null,
    };

    internal static byte[] Hash(this TpmAlgorithm algorithm, ReadOnlySpan<byte> data) =>
        CryptographicOperations.HashData(algorithm.ToHashName() ?? throw new ArgumentOutOfRangeException(nameof(algorithm)), data);
}
