namespace Errand.Attestation;

/// <summary>Values of some PCRs of one bank.</summary>
public sealed class PcrBank
{
    private readonly ReadOnlyMemory<byte>[] _values;

    /// <summary>Takes values by index.</summary>
    /// <exception cref="ArgumentException">An index is not 0 to 23, or a value has not the size of the bank's digest.</exception>
    public PcrBank(TpmAlgorithm algorithm, IEnumerable<KeyValuePair<int, ReadOnlyMemory<byte>>> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        Algorithm = algorithm;
        _values = new ReadOnlyMemory<byte>[PcrSet.Count];
        foreach ((int index, ReadOnlyMemory<byte> value) in values)
        {
            if (index is < 0 or >= PcrSet.Count || value.Length != algorithm.DigestSize() || value.IsEmpty)
                throw new ArgumentException($"PCR {index} with {value.Length} bytes is not of bank {algorithm.BankName()}.", nameof(values));
            _values[index] = value;
            Pcrs = new PcrSet(Pcrs.Mask | 1u << index);
        }
    }

    /// <summary>The bank's hash.</summary>
    public TpmAlgorithm Algorithm { get; }

    /// <summary>The PCRs that have a value here.</summary>
    public PcrSet Pcrs { get; }

    /// <summary>The value of a PCR; empty when it has none here.</summary>
    public ReadOnlyMemory<byte> this[int index] => index is >= 0 and < PcrSet.Count ? _values[index] : default;

    /// <summary>The values in order of index, one after the other, as a quote's digest covers them.</summary>
    public byte[] Concatenate(PcrSet pcrs) => [.. pcrs.Indices().SelectMany(index => this[index].ToArray())];
}
