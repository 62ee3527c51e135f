using System.Diagnostics.CodeAnalysis;
using Errand.Primitives;

namespace Errand.Attestation;

/// <summary>Listed machine states and denied TPMs as canonical CBOR, the form in which a network's terms hold them.</summary>
public static class PlatformTuples
{
    private const int NameSizeMax = 128;
    private const int ModelSizeMax = 256;
    private const int PcrCount = 24;
    private const int PcrSize = 32;

    /// <summary>Encodes a listed machine state: {0: name, 1: [[PCR index, value]…]}, rising by index.</summary>
    public static byte[] Encode(PlatformReference reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        CanonicalWriter writer = new CanonicalWriter().Map(2).Key(0).Text(reference.Name).Key(1).Array(reference.Pcrs.Count);
        foreach ((int index, ReadOnlyMemory<byte> value) in reference.Pcrs.OrderBy(pair => pair.Key)) writer.Array(2).UInt((ulong)index).Bytes(value.Span);
        return writer.ToArray();
    }

    /// <summary>Reads a listed machine state; false for another form, and for one without PCRs, which would list nothing.</summary>
    public static bool TryDecodeReference(ReadOnlySpan<byte> encoded, [NotNullWhen(true)] out PlatformReference? reference)
    {
        reference = null;
        if (!CanonicalCbor.IsCanonical(encoded)) return false;
        var fields = new FieldReader(encoded);
        string name = fields.Text(0, NameSizeMax);
        (int Index, byte[] Value)[] pcrs = fields.Array<(int, byte[])>(1, PcrCount, TryReadPcr);
        if (fields.Close() != FieldError.None || pcrs.Length == 0 || pcrs.Zip(pcrs.Skip(1), (first, second) => first.Index < second.Index).Contains(false)) return false;
        reference = new PlatformReference { Name = name, Pcrs = pcrs.ToDictionary(pcr => pcr.Index, pcr => new ReadOnlyMemory<byte>(pcr.Value)) };
        return true;
    }

    /// <summary>Encodes a denied TPM: {0: vendor, ? 1: model, ? 2: firmware version}; what is left out stands for any.</summary>
    public static byte[] Encode(DeniedTpm denied)
    {
        ArgumentNullException.ThrowIfNull(denied);
        CanonicalWriter writer = new CanonicalWriter().Map(1 + (denied.Model is null ? 0 : 1) + (denied.FirmwareVersion is null ? 0 : 1)).Key(0).UInt(denied.Vendor.Id);
        if (denied.Model is { } model) writer.Key(1).Text(model);
        if (denied.FirmwareVersion is { } version) writer.Key(2).UInt(version);
        return writer.ToArray();
    }

    /// <summary>Reads a denied TPM; false for another form.</summary>
    public static bool TryDecodeDenied(ReadOnlySpan<byte> encoded, [NotNullWhen(true)] out DeniedTpm? denied)
    {
        denied = null;
        if (!CanonicalCbor.IsCanonical(encoded)) return false;
        var fields = new FieldReader(encoded);
        var read = new DeniedTpm(
            new TpmVendor((uint)fields.UInt(0, uint.MaxValue)),
            fields.Has(1) ? fields.Text(1, ModelSizeMax) : null,
            fields.Has(2) ? fields.UInt(2) : null);
        if (fields.Close() != FieldError.None) return false;
        denied = read;
        return true;
    }

    private static bool TryReadPcr(ReadOnlySpan<byte> item, out (int, byte[]) value)
    {
        value = default;
        var reader = new CanonicalReader(item);
        if (!reader.TryReadArrayHeader(2, out int count) || count != 2 || !reader.TryReadUInt(out ulong index) || index >= PcrCount
            || !reader.TryReadBytes(PcrSize, out ReadOnlySpan<byte> bytes) || bytes.Length != PcrSize) return false;
        value = ((int)index, bytes.ToArray());
        return true;
    }
}
