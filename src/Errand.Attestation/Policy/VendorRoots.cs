using Errand.Primitives;

namespace Errand.Attestation;

/// <summary>
/// SHA-256 of the SubjectPublicKeyInfo of vendors' root certificates. AMD: the ARK certificates that the key distribution
/// service serves at kdsintf.amd.com/vcek/v1/{Milan,Genoa,Turin}/cert_chain. Intel: the one key of both SGX Root CA certificates
/// (until 2033 and until 2049) at certificates.trustedservices.intel.com. AWS: AWS_NitroEnclaves_Root-G1, served at
/// aws-nitro-enclaves.amazonaws.com, SHA-256 of the certificate 641a0321a3e244efe456463195d606317ed7cdcc3c1756e09893f3c68f79bb5b, as the
/// Nitro Enclaves User Guide has it. TPM manufacturers: the root certificates that they
/// publish for their EK certificates (pki.infineon.com, secure.globalsign.com/cacert for STMicroelectronics, ftpm.amd.com/pki/aia,
/// upgrades.intel.com and tsci.intel.com/content/OnDieCA, nuvoton.com/security/NTC-TPM-EK-Cert, pluton.microsoft.com, pki.nationz.com.cn,
/// pki.goog/cloud_integrity). STMicroelectronics' two roots are certified by GlobalSign's; chains may end at either.
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
        Root(RootClass.TpmHardware, "STM TPM EK Root CA", "1054058a985eb8135bfd59f96a4943824255d3e7a07179c38d058b5399a53882", "f8e37a86b689a20a6cc0c40cc3f81fb130fa9f44ce7ffa60d62590aaf87273a9"),
        Root(RootClass.TpmHardware, "STM TPM ECC Root CA 01", "b9e2d0d69753c717df3f14464a6cda088f5d1fda07ffce506baa3288419366df", "c541d7e5b9e3f935621acbd403896225ec641036c9ae3b5f7ac793a606ff9b79"),
        Root(RootClass.TpmHardware, "AMDTPM RSA", "899b9c9d6e926c40aaefbea3905173f00f7b52ad6eb4d2d32e6fcb1979710e2b"),
        Root(RootClass.TpmHardware, "AMDTPM ECC", "5cf1859ffbd2cd18c13345d47692bea4ea2464fbfb74298364fa979e833229f6"),
        Root(RootClass.TpmHardware, "Intel TPM EK root", "baf3caf0db083d8155424bb24d6fbbd8ba7487fc5b3ca45d3eb6b2b2e4656ade"),
        Root(RootClass.TpmHardware, "Intel OnDie CA RootCA", "84b25305bf5f90c399d7f520ad81f451e09b0025d0292143e1388970f9651484"),
        Root(RootClass.TpmHardware, "Microsoft Pluton Root CA 2021", "664778b23fd09c0c61407fb4c2253f9a8978e64be8c4f9a89a92b4acc37d8a70"),
        Root(RootClass.TpmHardware, "Nuvoton TPM Root CA 1110", "b7f4414b44f1787f046aec866693cda643239b3d0f6998d0ad4adb841e4bd0db"),
        Root(RootClass.TpmHardware, "Nuvoton TPM Root CA 1111", "c871b0ba1182676eeed4c2469d3d5fa3cfa09daca77ea823a4b454cf00dee11e"),
        Root(RootClass.TpmHardware, "Nuvoton TPM Root CA 2111", "95b8ab2c350f58064c30a217f07e0a3353915edee572c5fb2ebcf8fa3f87a813"),
        Root(RootClass.TpmHardware, "Nuvoton TPM Root CA 2112", "016b91ecb9f473ab57499ff308c3f948a40287d5d951e5f6651482ad7d381924"),
        Root(RootClass.TpmHardware, "NuvotonTPMRootCA1210", "f6564f73c8ad3bd48fe5571d06d7e2625b1736e716445460e78a5ac6b3b69768"),
        Root(RootClass.TpmHardware, "NuvotonTPMRootCA2210", "d325df18987aeda5c6c072c178babc54c3e1e24e563c691fe881099dddcb31e8"),
        Root(RootClass.TpmHardware, "NuvotonTPMRootCA2211", "1f3ddd0a51b57d54833ae705f8e47f28817a1551d12aee3c6beeed5f1ea2a59d"),
        Root(RootClass.TpmHardware, "NPCTxxx ECC521 RootCA", "e73d53e508a4558df188cd77d18f3efa5fb18b8b48c1ee3b27679e08f431029c"),
        Root(RootClass.TpmHardware, "Nationz TPM Root CA", "07e4e5a1d8eab8f9cf05c54beee7897b3bf95f86f386407e3ba205aa620012de"),
        Root(RootClass.TpmCloud, "Google tpm_ek_v1_cloud_host_root", "f23057f4f97d1d90e4cae0ce91d5a0fc99069f0a1bc147021dca33b1e9c4d0d9"),
        Root(RootClass.TpmCloud, "Google Cloud EK/AK CA Root", "56a613f57126a385dd6949294e93b0b566f96ab0573be0c2368e6f5ca779831f"),
    ];

    private static TrustedRoot Root(RootClass rootClass, string name, string digest, string? crossCertificate = null) =>
        new(rootClass, name, Parse(name, digest), IsDevelopment: false) { CrossCertificate = crossCertificate is null ? null : Parse(name, crossCertificate) };

    private static Bytes32 Parse(string name, string digest) => Bytes32.TryParseHex(digest, out Bytes32 value)
        ? value
        : throw new ArgumentException($"A digest of {name} is not 32 bytes of lower-case hexadecimal.", nameof(digest));
}
