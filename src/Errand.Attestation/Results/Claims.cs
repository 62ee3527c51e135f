namespace Errand.Attestation;

/// <summary>
/// What verified evidence says, as canonical CBOR (docs/protocol.md section 2). The same evidence gives the same bytes on
/// every machine, which is what lets appraisal hashes be compared.
/// </summary>
public sealed class Claims
{
    private readonly byte[] _encoded;

    internal Claims(byte[] encoded) => _encoded = encoded;

    /// <summary>One canonical CBOR map whose key 0 is the kind of evidence.</summary>
    public ReadOnlyMemory<byte> Encoded => _encoded;
}
