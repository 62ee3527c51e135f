using System.Collections;
using System.Globalization;

namespace Errand.Attestation;

/// <summary>Collects claims in order.</summary>
internal sealed class ClaimList : IEnumerable<EvidenceClaim>
{
    private readonly List<EvidenceClaim> _claims = [];

    internal void Add(string name, string value) => _claims.Add(new EvidenceClaim(name, value));

    internal void Add(string name, ReadOnlyMemory<byte> bytes) => Add(name, Convert.ToHexStringLower(bytes.Span));

    internal void Add(string name, ulong number) => Add(name, number.ToString(NumberFormatInfo.InvariantInfo));

    internal void Add(string name, bool value) => Add(name, value ? "true" : "false");

    public IEnumerator<EvidenceClaim> GetEnumerator() => _claims.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
