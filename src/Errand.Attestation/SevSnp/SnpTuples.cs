using System.Diagnostics.CodeAnalysis;
using Errand.Primitives;

namespace Errand.Attestation;

/// <summary>Reference values and firmware floors of SEV-SNP as canonical CBOR, the form in which a network's genesis holds them.</summary>
public static class SnpTuples
{
    private const int NameSizeMax = 128;
    private const int TcbPartCount = 5;

    /// <summary>Encodes a reference value: a map of all its named fields.</summary>
    public static byte[] Encode(SnpReference reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        return new CanonicalWriter().Map(11)
            .Key(0).Text(reference.Name)
            .Key(1).UInt((ulong)reference.ProductLine)
            .Key(2).Bytes(reference.Measurement.Span)
            .Key(3).UInt(reference.Policy.Bits)
            .Key(4).UInt(reference.Vmpl)
            .Key(5).UInt(reference.GuestSvn)
            .Key(6).Bytes(reference.FamilyId.Span)
            .Key(7).Bytes(reference.ImageId.Span)
            .Key(8).Bytes(reference.HostData.Span)
            .Key(9).Bytes(reference.IdKeyDigest.Span)
            .Key(10).Bytes(reference.AuthorKeyDigest.Span)
            .ToArray();
    }

    /// <summary>Reads a reference value; false unless every field is there with its exact size.</summary>
    public static bool TryDecodeReference(ReadOnlySpan<byte> encoded, [NotNullWhen(true)] out SnpReference? reference)
    {
        reference = null;
        if (!CanonicalCbor.IsCanonical(encoded)) return false;
        var fields = new FieldReader(encoded);
        var read = new SnpReference
        {
            Name = fields.Text(0, NameSizeMax),
            ProductLine = (SnpProductLine)fields.Int(1, (int)SnpProductLine.Turin),
            Measurement = fields.Bytes(2, 48, 48).ToArray(),
            Policy = new SnpGuestPolicy(fields.UInt(3)),
            Vmpl = (uint)fields.UInt(4, uint.MaxValue),
            GuestSvn = (uint)fields.UInt(5, uint.MaxValue),
            FamilyId = fields.Bytes(6, 16, 16).ToArray(),
            ImageId = fields.Bytes(7, 16, 16).ToArray(),
            HostData = fields.Bytes(8, 32, 32).ToArray(),
            IdKeyDigest = fields.Bytes(9, 48, 48).ToArray(),
            AuthorKeyDigest = fields.Bytes(10, 48, 48).ToArray(),
        };
        if (fields.Close() != FieldError.None || !Enum.IsDefined(read.ProductLine)) return false;
        reference = read;
        return true;
    }

    /// <summary>Encodes the floor of one product line: [line, reported, committed, launch, current], each TCB as its five numbers.</summary>
    public static byte[] Encode(SnpProductLine line, SnpTcbFloor floor)
    {
        ArgumentNullException.ThrowIfNull(floor);
        CanonicalWriter writer = new CanonicalWriter().Array(5).UInt((ulong)line);
        foreach (SnpTcb tcb in (ReadOnlySpan<SnpTcb>)[floor.Reported, floor.Committed, floor.Launch, floor.Current])
            writer.Array(TcbPartCount).UInt(tcb.Fmc).UInt(tcb.BootLoader).UInt(tcb.Tee).UInt(tcb.Snp).UInt(tcb.Microcode);
        return writer.ToArray();
    }

    /// <summary>Reads the floor of one product line.</summary>
    public static bool TryDecodeFloor(ReadOnlySpan<byte> encoded, out SnpProductLine line, [NotNullWhen(true)] out SnpTcbFloor? floor)
    {
        floor = null;
        line = default;
        var reader = new CanonicalReader(encoded);
        if (!reader.TryReadArrayHeader(5, out int count) || count != 5 || !reader.TryReadUInt(out ulong number) || number > (ulong)SnpProductLine.Turin) return false;
        line = (SnpProductLine)number;
        if (!Enum.IsDefined(line) || !TryReadTcb(ref reader, out SnpTcb reported) || !TryReadTcb(ref reader, out SnpTcb committed)
            || !TryReadTcb(ref reader, out SnpTcb launch) || !TryReadTcb(ref reader, out SnpTcb current) || !reader.AtEnd) return false;
        floor = new SnpTcbFloor { Reported = reported, Committed = committed, Launch = launch, Current = current };
        return true;
    }

    private static bool TryReadTcb(ref CanonicalReader reader, out SnpTcb tcb)
    {
        tcb = default;
        if (!reader.TryReadArrayHeader(TcbPartCount, out int count) || count != TcbPartCount) return false;
        Span<byte> parts = stackalloc byte[TcbPartCount];
        for (int i = 0; i < parts.Length; i++)
        {
            if (!reader.TryReadUInt(out ulong part) || part > byte.MaxValue) return false;
            parts[i] = (byte)part;
        }
        tcb = new SnpTcb(parts[0], parts[1], parts[2], parts[3], parts[4]);
        return true;
    }
}
