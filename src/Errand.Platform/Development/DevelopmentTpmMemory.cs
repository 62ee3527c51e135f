using System.Security.Cryptography;
using Errand.Attestation;
using Errand.Tpm;

namespace Errand.Platform;

/// <summary>What a development TPM remembers beside its objects: properties, PCRs, and NV indices with its EK certificate.</summary>
internal sealed class DevelopmentTpmMemory
{
    private const uint CapabilityHandles = 1, CapabilityPcrs = 5, CapabilityProperties = 6;
    private const uint NvAttributes = 1 << 29 | 1 << 18 | 1 << 17; // written; anyone and the owner may read
    private const int NvPieceMax = 768, PcrsAtOnce = 8;

    private readonly DevelopmentTpm _tpm;
    private readonly SortedDictionary<uint, byte[]> _nv = [];
    private uint _pcrUpdates;

    public DevelopmentTpmMemory(DevelopmentTpm tpm)
    {
        _tpm = tpm;
        _nv[EkCertificateIndex.Of(tpm.EndorsementKey.Template)] = tpm.EkCertificateChain[0].ToArray();
        byte[] issuers = [.. tpm.EkCertificateChain.Skip(1).SelectMany(issuer => issuer.ToArray())];
        if (issuers.Length > 0) _nv[EkCertificateIndex.IssuersFirst] = issuers;
    }

    public DevelopmentTpmAnswer GetCapability(byte[] parameters, IEnumerable<uint> objects, IEnumerable<uint> sessions)
    {
        var reader = new TpmReader(parameters);
        uint capability = reader.UInt32();
        uint first = reader.UInt32();
        uint count = reader.UInt32();
        if (!reader.AtEnd) return DevelopmentTpmAnswer.Parameter(TpmError.Size, 1);
        var writer = new TpmWriter().UInt8(0).UInt32(capability);
        switch (capability)
        {
            case CapabilityHandles:
                uint kind = first >> 24;
                uint[] handles = [.. objects.Concat(sessions).Concat(_nv.Keys).Where(handle => handle >= first && (handle >> 24 == kind || (kind is 2 or 3 && handle >> 24 is 2 or 3))).Order().Take((int)Math.Min(count, 64))];
                writer.UInt32((uint)handles.Length);
                foreach (uint handle in handles) writer.UInt32(handle);
                return DevelopmentTpmAnswer.Done(writer.ToArray());
            case CapabilityPcrs:
                PcrSelection.WriteList(writer, [new PcrSelection(TpmAlgorithm.Sha256, new PcrSet((1u << PcrSet.Count) - 1))]);
                return DevelopmentTpmAnswer.Done(writer.ToArray());
            case CapabilityProperties:
                (uint Tag, uint Value)[] properties = [.. Properties().Where(property => property.Tag >= first).Take((int)Math.Min(count, 64))];
                writer.UInt32((uint)properties.Length);
                foreach ((uint tag, uint value) in properties) writer.UInt32(tag).UInt32(value);
                return DevelopmentTpmAnswer.Done(writer.ToArray());
            default:
                return DevelopmentTpmAnswer.Parameter(TpmError.Value, 1);
        }
    }

    public static DevelopmentTpmAnswer GetRandom(byte[] parameters)
    {
        var reader = new TpmReader(parameters);
        int size = reader.UInt16();
        return reader.AtEnd ? DevelopmentTpmAnswer.Done(new TpmWriter().Sized(RandomNumberGenerator.GetBytes(Math.Min(size, 32))).ToArray()) : DevelopmentTpmAnswer.Parameter(TpmError.Size, 1);
    }

    public DevelopmentTpmAnswer ReadPcrs(byte[] parameters)
    {
        var reader = new TpmReader(parameters);
        IReadOnlyList<PcrSelection>? asked = TpmPcrs.ReadSelections(ref reader);
        if (asked is null || !reader.AtEnd) return DevelopmentTpmAnswer.Parameter(TpmError.Size, 1);
        PcrBank pcrs = _tpm.Pcrs;
        int[] given = [.. asked.Where(one => one.Bank == TpmAlgorithm.Sha256).SelectMany(one => one.Pcrs.Indices()).Take(PcrsAtOnce)];
        var writer = new TpmWriter().UInt32(_pcrUpdates);
        PcrSelection.WriteList(writer, [.. asked.Select(one => one with { Pcrs = one.Bank == TpmAlgorithm.Sha256 ? PcrSet.Of(given) : default })]);
        writer.UInt32((uint)given.Length);
        foreach (int index in given) writer.Sized(pcrs[index].Span);
        return DevelopmentTpmAnswer.Done(writer.ToArray());
    }

    public DevelopmentTpmAnswer Extend(uint handle, byte[] parameters)
    {
        if (handle >= PcrSet.Count) return DevelopmentTpmAnswer.AboutHandle(TpmError.Value, 1);
        // Localities other than 0 own the PCRs of dynamic launch.
        if (handle is >= 17 and <= 22) return DevelopmentTpmAnswer.Refuse(TpmError.Locality);
        var reader = new TpmReader(parameters);
        if (reader.UInt32() != 1 || reader.Algorithm() != TpmAlgorithm.Sha256) return DevelopmentTpmAnswer.Parameter(TpmError.Hash, 1);
        ReadOnlySpan<byte> digest = reader.Bytes(32);
        if (!reader.AtEnd) return DevelopmentTpmAnswer.Parameter(TpmError.Size, 1);
        _tpm.Extend((int)handle, digest);
        unchecked { _pcrUpdates++; }
        return DevelopmentTpmAnswer.Done([]);
    }

    public DevelopmentTpmAnswer ReadNvPublic(uint index)
    {
        if (!_nv.TryGetValue(index, out byte[]? content)) return DevelopmentTpmAnswer.AboutHandle(TpmError.Handle, 1);
        byte[] area = new TpmWriter().UInt32(index).Algorithm(TpmAlgorithm.Sha256).UInt32(NvAttributes).Sized([]).UInt16(content.Length).ToArray();
        return DevelopmentTpmAnswer.Done(new TpmWriter().Sized(area).Sized([0x00, 0x0B, .. SHA256.HashData(area)]).ToArray());
    }

    public DevelopmentTpmAnswer ReadNv(uint authority, uint index, byte[] parameters)
    {
        if (!_nv.TryGetValue(index, out byte[]? content)) return DevelopmentTpmAnswer.AboutHandle(TpmError.Handle, 2);
        if (authority != index && authority != TpmHandles.Owner) return DevelopmentTpmAnswer.Refuse(TpmError.NvAuthorization);
        var reader = new TpmReader(parameters);
        int size = reader.UInt16();
        int offset = reader.UInt16();
        if (!reader.AtEnd || size > NvPieceMax) return DevelopmentTpmAnswer.Parameter(TpmError.Value, 1);
        return offset + size <= content.Length ? DevelopmentTpmAnswer.Done(new TpmWriter().Sized(content.AsSpan(offset, size)).ToArray()) : DevelopmentTpmAnswer.Refuse(TpmError.NvRange);
    }

    // TPM_PT of the fixed and variable groups that clients ask for.
    private static IEnumerable<(uint Tag, uint Value)> Properties()
    {
        yield return (0x105, DevelopmentTpm.Vendor.Id);
        yield return (0x106, 0x45727261); // "Erra"
        yield return (0x107, 0x6E640000); // "nd"
        yield return (0x10B, (uint)(DevelopmentTpm.FirmwareVersion >> 32));
        yield return (0x10C, (uint)(DevelopmentTpm.FirmwareVersion & uint.MaxValue));
        yield return (0x12C, NvPieceMax);
        yield return (0x20E, 0);
        yield return (0x20F, 3);
    }
}
