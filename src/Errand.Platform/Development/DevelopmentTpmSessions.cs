using System.Security.Cryptography;
using Errand.Attestation;
using Errand.Tpm;

namespace Errand.Platform;

/// <summary>Policy sessions of a development TPM: digests over what was shown, as the standard computes them (TPM 2.0 Part 3, section 23).</summary>
internal sealed class DevelopmentTpmSessions(int countMax)
{
    private const byte PolicyType = 1;
    private const int DigestSize = 32;
    private readonly Dictionary<uint, byte[]> _digests = [];

    public IReadOnlyCollection<uint> Handles => _digests.Keys;

    public void Clear() => _digests.Clear();

    public bool Remove(uint handle) => _digests.Remove(handle);

    /// <summary>The policy digest of a session; null when there is none.</summary>
    public byte[]? Digest(uint session) => _digests.GetValueOrDefault(session);

    public DevelopmentTpmAnswer Start(DevelopmentTpmCommand command)
    {
        var reader = new TpmReader(command.Parameters);
        int nonceSize = reader.Sized(64).Length;
        reader.Sized(512);
        byte type = reader.UInt8();
        TpmAlgorithm symmetric = reader.Algorithm();
        TpmAlgorithm hash = reader.Algorithm();
        if (!reader.AtEnd || nonceSize < 16) return DevelopmentTpmAnswer.Parameter(TpmError.Size, 1);
        if (command.Handles is not [TpmHandles.Null, TpmHandles.Null] || type != PolicyType || symmetric != TpmAlgorithm.Null || hash != TpmAlgorithm.Sha256)
            return DevelopmentTpmAnswer.Parameter(TpmError.Value, 3);
        if (_digests.Count >= countMax) return DevelopmentTpmAnswer.Refuse(TpmError.SessionMemory);
        uint handle = TpmHandles.SavedSessionFirst;
        while (_digests.ContainsKey(handle)) handle++;
        _digests[handle] = new byte[DigestSize];
        return DevelopmentTpmAnswer.Done(new TpmWriter().Sized(RandomNumberGenerator.GetBytes(DigestSize)).ToArray(), handle);
    }

    public DevelopmentTpmAnswer PolicySecret(DevelopmentTpmCommand command)
    {
        if (command.Handles[0] != TpmHandles.Endorsement) return DevelopmentTpmAnswer.AboutHandle(TpmError.Hierarchy, 1);
        if (command.Authorizations[0] is not (TpmHandles.Password, [])) return DevelopmentTpmAnswer.Session(TpmError.BadAuth, 1);
        if (!_digests.TryGetValue(command.Handles[1], out byte[]? digest)) return DevelopmentTpmAnswer.Refuse(TpmError.ReferenceObject + 1);
        byte[] name = new TpmWriter().UInt32(TpmHandles.Endorsement).ToArray();
        // Twice: PolicyUpdate() hashes the entity's Name, and then the (empty) policyRef.
        _digests[command.Handles[1]] = SHA256.HashData(SHA256.HashData([.. digest, .. Code(TpmCommandCode.PolicySecret), .. name]));
        // No timeout, and a null ticket.
        return DevelopmentTpmAnswer.Done(new TpmWriter().Sized([]).UInt16(0x8023).UInt32(TpmHandles.Null).Sized([]).ToArray());
    }

    public DevelopmentTpmAnswer PolicyPcr(DevelopmentTpmCommand command, PcrBank pcrs)
    {
        if (!_digests.TryGetValue(command.Handles[0], out byte[]? digest)) return DevelopmentTpmAnswer.Refuse(TpmError.ReferenceObject);
        var reader = new TpmReader(command.Parameters);
        byte[] expected = reader.Sized(DigestSize).ToArray();
        IReadOnlyList<PcrSelection>? selections = TpmPcrs.ReadSelections(ref reader);
        if (selections is not [{ Bank: TpmAlgorithm.Sha256 } one] || !reader.AtEnd) return DevelopmentTpmAnswer.Parameter(TpmError.Value, 2);
        byte[] actual = SHA256.HashData(pcrs.Concatenate(one.Pcrs));
        if (expected.Length > 0 && !expected.AsSpan().SequenceEqual(actual)) return DevelopmentTpmAnswer.Parameter(TpmError.Value, 1);
        var list = new TpmWriter();
        PcrSelection.WriteList(list, selections);
        _digests[command.Handles[0]] = SHA256.HashData([.. digest, .. Code(TpmCommandCode.PolicyPcr), .. list.ToArray(), .. actual]);
        return DevelopmentTpmAnswer.Done([]);
    }

    private static byte[] Code(TpmCommandCode code) => new TpmWriter().UInt32((uint)code).ToArray();
}
