namespace Errand.Attestation;

/// <summary>
/// TCG_EfiSpecIDEvent (PC Client Platform Firmware Profile, section 10.4.5.1): the first event of a crypto-agile log, which names its banks.
/// </summary>
/// <param name="Algorithms">Banks with the sizes of their digests, in order.</param>
internal sealed record SpecIdEvent(IReadOnlyList<(TpmAlgorithm Algorithm, int Size)> Algorithms)
{
    private const int AlgorithmCountMax = 8;
    private const int DigestSizeMax = 64;

    /// <summary>"Spec ID Event03" with its terminating zero.</summary>
    internal static ReadOnlySpan<byte> Signature => "Spec ID Event03\0"u8;

    internal int? SizeOf(TpmAlgorithm algorithm)
    {
        foreach ((TpmAlgorithm candidate, int size) in Algorithms)
            if (candidate == algorithm) return size;
        return null;
    }

    /// <summary>Reads it; null for another version than 2.0, no or too many banks, a bank twice or of a wrong size.</summary>
    internal static SpecIdEvent? TryParse(ReadOnlyMemory<byte> data)
    {
        var reader = new EventLogReader(data);
        reader.Bytes((uint)Signature.Length);
        reader.UInt32(); // platformClass
        byte minor = reader.UInt8();
        byte major = reader.UInt8();
        reader.UInt8(); // errata
        byte wordSize = reader.UInt8();
        uint count = reader.UInt32();
        if (reader.Failed || major != 2 || minor != 0 || wordSize is not (1 or 2) || count is 0 or > AlgorithmCountMax) return null;

        var algorithms = new List<(TpmAlgorithm, int)>((int)count);
        for (uint i = 0; i < count; i++)
        {
            var algorithm = (TpmAlgorithm)reader.UInt16();
            int size = reader.UInt16();
            int known = algorithm.DigestSize();
            if (size is 0 or > DigestSizeMax || (known != 0 && known != size) || algorithms.Exists(other => other.Item1 == algorithm)) return null;
            algorithms.Add((algorithm, size));
        }
        reader.Bytes(reader.UInt8()); // vendorInfo
        return !reader.Failed && reader.AtEnd ? new SpecIdEvent(algorithms) : null;
    }
}
