using System.Diagnostics.CodeAnalysis;
using Errand.Primitives;

namespace Errand.Attestation;

/// <summary>Reference values and floors of TDX as canonical CBOR, the form in which a network's genesis holds them.</summary>
public static class TdxTuples
{
    private const int NameSizeMax = 128, AdvisoriesMax = 256, AdvisorySizeMax = 64;

    /// <summary>Encodes a reference value: a map of all its named fields.</summary>
    public static byte[] Encode(TdxReference reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        return new CanonicalWriter().Map(14)
            .Key(0).Text(reference.Name)
            .Key(1).Bytes(reference.MrTd.Span)
            .Key(2).Bytes(reference.Rtmr0.Span)
            .Key(3).Bytes(reference.Rtmr1.Span)
            .Key(4).Bytes(reference.Rtmr2.Span)
            .Key(5).Bytes(reference.Rtmr3.Span)
            .Key(6).Bytes(reference.MrSeam.Span)
            .Key(7).Bytes(reference.MrSignerSeam.Span)
            .Key(8).UInt(reference.Attributes.Bits)
            .Key(9).UInt(reference.Xfam)
            .Key(10).Bytes(reference.MrConfigId.Span)
            .Key(11).Bytes(reference.MrOwner.Span)
            .Key(12).Bytes(reference.MrOwnerConfig.Span)
            .Key(13).Bytes(reference.MrServiceTd.Span)
            .ToArray();
    }

    /// <summary>Reads a reference value; false unless every field is there with its exact size.</summary>
    public static bool TryDecodeReference(ReadOnlySpan<byte> encoded, [NotNullWhen(true)] out TdxReference? reference)
    {
        reference = null;
        if (!CanonicalCbor.IsCanonical(encoded)) return false;
        var fields = new FieldReader(encoded);
        var read = new TdxReference
        {
            Name = fields.Text(0, NameSizeMax),
            MrTd = Register(ref fields, 1),
            Rtmr0 = Register(ref fields, 2),
            Rtmr1 = Register(ref fields, 3),
            Rtmr2 = Register(ref fields, 4),
            Rtmr3 = Register(ref fields, 5),
            MrSeam = Register(ref fields, 6),
            MrSignerSeam = Register(ref fields, 7),
            Attributes = new TdAttributes(fields.UInt(8)),
            Xfam = fields.UInt(9),
            MrConfigId = Register(ref fields, 10),
            MrOwner = Register(ref fields, 11),
            MrOwnerConfig = Register(ref fields, 12),
            MrServiceTd = Register(ref fields, 13),
        };
        if (fields.Close() != FieldError.None) return false;
        reference = read;
        return true;
    }

    /// <summary>Encodes a floor: {0: least evaluation data number, 1: [statuses, rising], 2: [advisories, rising]}; without 2 any advisory will do.</summary>
    public static byte[] Encode(TdxFloor floor)
    {
        ArgumentNullException.ThrowIfNull(floor);
        IntelTcbStatus[] statuses = [.. floor.Statuses.Distinct().Order()];
        CanonicalWriter writer = new CanonicalWriter().Map(floor.Advisories is null ? 2 : 3).Key(0).UInt((ulong)floor.EvaluationDataNumberMin).Key(1).Array(statuses.Length);
        foreach (IntelTcbStatus status in statuses) writer.UInt((ulong)status);
        if (floor.Advisories is null) return writer.ToArray();
        string[] advisories = [.. floor.Advisories.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        writer.Key(2).Array(advisories.Length);
        foreach (string advisory in advisories) writer.Text(advisory);
        return writer.ToArray();
    }

    /// <summary>Reads a floor; false for another form, or one that allows a revoked or unsupported platform.</summary>
    public static bool TryDecodeFloor(ReadOnlySpan<byte> encoded, [NotNullWhen(true)] out TdxFloor? floor)
    {
        floor = null;
        if (!CanonicalCbor.IsCanonical(encoded)) return false;
        var fields = new FieldReader(encoded);
        int number = fields.Int(0);
        IntelTcbStatus[] statuses = fields.Array<IntelTcbStatus>(1, (int)IntelTcbStatus.NotSupported, TryReadStatus);
        string[]? advisories = fields.Has(2) ? fields.Array<string>(2, AdvisoriesMax, TryReadAdvisory) : null;
        if (fields.Close() != FieldError.None || !Rises(statuses, Comparer<IntelTcbStatus>.Default) || (advisories is not null && !Rises(advisories, StringComparer.Ordinal))) return false;
        floor = new TdxFloor(number, statuses, advisories);
        return true;
    }

    private static bool Rises<T>(T[] items, IComparer<T> order) => items.Zip(items.Skip(1), order.Compare).All(compared => compared < 0);

    private static byte[] Register(ref FieldReader fields, int key) => fields.Bytes(key, TdReport.RegisterSize, TdReport.RegisterSize).ToArray();

    private static bool TryReadStatus(ReadOnlySpan<byte> item, out IntelTcbStatus status)
    {
        var reader = new CanonicalReader(item);
        bool read = reader.TryReadUInt(out ulong number);
        status = read && number <= (ulong)IntelTcbStatus.NotSupported ? (IntelTcbStatus)number : 0;
        return Enum.IsDefined(status) && status is not (IntelTcbStatus.Revoked or IntelTcbStatus.NotSupported);
    }

    private static bool TryReadAdvisory(ReadOnlySpan<byte> item, out string advisory)
    {
        var reader = new CanonicalReader(item);
        bool read = reader.TryReadText(AdvisorySizeMax, out string? text);
        advisory = text ?? "";
        return read && advisory.Length > 0;
    }
}
