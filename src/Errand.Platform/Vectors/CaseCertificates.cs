using System.Security.Cryptography;
using System.Text;
using Errand.Attestation;

namespace Errand.Platform;

/// <summary>Certificates and revocation lists of cases, which come in DER or PEM, alone or several in a file, in any order.</summary>
internal static class CaseCertificates
{
    /// <summary>One certificate.</summary>
    internal static Certificate Read(byte[] file) => Certificate.TryParse(Decode(file)) ?? throw new InvalidDataException("A certificate of the case is unreadable.");

    /// <summary>What a file holds in DER: of PEM the first item, all else as it is.</summary>
    internal static byte[] Decode(byte[] file) => SplitPem(file) is [var first, ..] ? first.ToArray() : file;

    /// <summary>All items of a PEM file, also of one with escapes as it stands in the headers of Intel's service; none for DER.</summary>
    internal static IReadOnlyList<ReadOnlyMemory<byte>> SplitPem(byte[] file)
    {
        var items = new List<ReadOnlyMemory<byte>>();
        string text = Encoding.ASCII.GetString(file);
        ReadOnlySpan<char> rest = text.StartsWith("-----BEGIN%20", StringComparison.Ordinal) ? Uri.UnescapeDataString(text) : text;
        while (PemEncoding.TryFind(rest, out PemFields fields))
        {
            items.Add(Convert.FromBase64String(new string(rest[fields.Base64Data])));
            rest = rest[fields.Location.End..];
        }
        return items;
    }

    /// <summary>
    /// The leaf and its issuers from files of PEM or DER, each followed by the one that its issuer's name leads to. What no name leads to comes
    /// last, as it was: a chain that does not hold must not begin to.
    /// </summary>
    internal static IReadOnlyList<ReadOnlyMemory<byte>> Chain(byte[] leaf, IEnumerable<byte[]> files)
    {
        byte[] first = Decode(leaf);
        List<ReadOnlyMemory<byte>> rest = [.. files.SelectMany(file => SplitPem(file) is { Count: > 0 } items ? items : [file]).Where(item => !item.Span.SequenceEqual(first))];
        List<ReadOnlyMemory<byte>> chain = [first];
        while (Certificate.TryParse(chain[^1]) is { IsSelfIssued: false } last && rest.FindIndex(item => Certificate.TryParse(item)?.Subject == last.Issuer) is >= 0 and var next)
        {
            chain.Add(rest[next]);
            rest.RemoveAt(next);
        }
        return [.. chain, .. rest];
    }
}
