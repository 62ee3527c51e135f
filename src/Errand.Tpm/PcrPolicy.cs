using System.Security.Cryptography;
using Errand.Attestation;

namespace Errand.Tpm;

/// <summary>The digest of a policy that is TPM2_PolicyPCR alone (TPM 2.0 Part 3, section 23.7): H(0 ‖ TPM_CC_PolicyPCR ‖ selection ‖ H(values)).</summary>
internal static class PcrPolicy
{
    public static byte[] Digest(PcrBank values)
    {
        var writer = new TpmWriter().Bytes(new byte[32]).UInt32((uint)TpmCommandCode.PolicyPcr);
        PcrSelection.WriteList(writer, [new PcrSelection(values.Algorithm, values.Pcrs)]);
        return SHA256.HashData(writer.Bytes(SHA256.HashData(values.Concatenate(values.Pcrs))).ToArray());
    }
}
