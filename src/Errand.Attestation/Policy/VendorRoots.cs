using Errand.Primitives;

namespace Errand.Attestation;

/// <summary>
/// SHA-256 of the SubjectPublicKeyInfo of vendors' root certificates. AMD: the ARK certificates that the key distribution
/// service serves at kdsintf.amd.com/vcek/v1/{Milan,Genoa,Turin}/cert_chain. Intel: the one key of both SGX Root CA certificates
/// (until 2033 and until 2049) at certificates.trustedservices.intel.com. AWS: AWS_NitroEnclaves_Root-G1, served at
/// aws-nitro-enclaves.amazonaws.com, SHA-256 of the certificate 641a0321a3e244efe456463195d606317ed7cdcc3c1756e09893f3c68f79bb5b, as the
/// Nitro Enclaves User Guide has it. TPM manufacturers: the root certificates that they publish for their EK certificates.
/// </summary>
internal static class VendorRoots
{
    internal static IReadOnlyList<TrustedRoot> All { get; } =
    [
        Root(RootClass.SnpMilan, "AMD ARK-Milan", "9f056bee44377e29308cb5ffa895bdfb62d18881fa6bed8d6f075b0204089cb9"),
        Root(RootClass.SnpGenoa, "AMD ARK-Genoa", "429a69c9422aa258ee4d8db5fcda9c6470ef15f8cd5a9cebd6cbc7d90b863831"),
        Root(RootClass.SnpTurin, "AMD ARK-Turin", "4f125410563a2ab9a50356f9243f6fe0b6f73de98603f53f90339c70e9d7ad08"),
        Root(RootClass.IntelSgx, "Intel SGX Root CA", "a0af031289f5d5d4132f9186068a7fc13628633ba235777472e29b6b6c67a49e"),
        Root(RootClass.AwsNitro, "AWS Nitro Enclaves Root-G1", "f2caf5ecc6190b4a8399b78bc58a2bbcd0382375db8a1bfd78a82743874fd225"),
        Root(RootClass.TpmHardware, "Infineon OPTIGA(TM) RSA Root CA", "8a705088efa28a3845b35c7fcbf9c0f4bf46c77da18a6f1a173eb9074610cbd0"),
        Root(RootClass.TpmHardware, "Infineon OPTIGA(TM) ECC Root CA", "ce5183a19d6fe79a6c1b058cfa700379f67d587a8afd0f51621e82d9f00c5a28"),
        Root(RootClass.TpmHardware, "GlobalSign Trusted Platform Module Root CA", "0035d2297fe237a636800382cc2c9e205c6930f84b507ceec3608545d273960f"),
        Root(RootClass.TpmHardware, "GlobalSign Trusted Platform Module ECC Root CA", "43679317522d3638ea18936a57c65b33086ba51c77536fe6e1b65492193314cb"),
        Root(RootClass.TpmCloud, "Google tpm_ek_v1_cloud_host_root", "f23057f4f97d1d90e4cae0ce91d5a0fc99069f0a1bc147021dca33b1e9c4d0d9"),
    ];

    private static TrustedRoot Root(RootClass rootClass, string name, string digest) => Bytes32.TryParseHex(digest, out Bytes32 value)
        ? new TrustedRoot(rootClass, name, value, IsDevelopment: false)
        : throw new ArgumentException($"The digest of {name} is not 32 bytes of lower-case hexadecimal.", nameof(digest));
}
