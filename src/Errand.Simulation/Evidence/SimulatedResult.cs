using Errand.Cryptography;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Simulation;

/// <summary>What an enclave leaves: a sealed result and a receipt.</summary>
internal static class SimulatedResult
{
    public static ReceiptEntry Receipt(NetworkId network, Enclave enclave, Bytes32 evidence, SigningKey signer, bool inline)
    {
        using var key = ContentKey.FromBytes(Identity.Of("result").Digest("key"));
        byte[] result = SealedFile.Seal(new byte[64], key, new SealOptions { DangerousSalt = enclave.Task.Value }, out SealedFileInfo info);
        var receipt = new Receipt
        {
            Task = enclave.Task,
            Attempt = enclave.Attempt,
            EvidenceDigest = evidence,
            Result = info.ContentId,
            ResultSizeBytes = result.Length,
            Outcome = OutcomeCode.Ok,
        };
        return new ReceiptEntry
        {
            Task = enclave.Task,
            Attempt = enclave.Attempt,
            Receipt = CoseSigner.Sign(signer, Protocol.Receipt.Context(network), receipt.Encode()).Encoded,
            InlineResult = inline ? result : default(ReadOnlyMemory<byte>),
        };
    }
}
