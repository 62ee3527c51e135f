using System.Collections.Immutable;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Node;

/// <summary>A case book as a file beside a snapshot, which the node writes for itself. Entries are named and stay on the ledger.</summary>
/// <remarks>
/// <code>
/// [[terms…], [[position, entry id, VRF key, TEE, endpoint, [R…], time, terms, open, qualified]…], [[position, entry id, seed, position of the machine's offer, time, terms]…]]
/// </code>
/// Canonical CBOR; terms stand once, as byte strings, and are named by their place; positions rise.
/// </remarks>
internal sealed record SavedBook(ImmutableArray<SavedOffer> Offers, ImmutableArray<SavedEvidence> Evidence)
{
    private const int RandomnessMax = ClockState.HistorySize, TermsSizeMax = 1 << 24, CountMax = 1 << 24;

    public byte[] Encode()
    {
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        var terms = new List<byte[]>();
        int[] offerTerms = [.. Offers.Select(offer => PlaceOf(offer.Terms))];
        int[] evidenceTerms = [.. Evidence.Select(evidence => PlaceOf(evidence.Terms))];
        CanonicalWriter writer = new CanonicalWriter().Array(3).Array(terms.Count);
        foreach (byte[] encoded in terms) writer.Bytes(encoded);
        writer.Array(Offers.Length);
        for (int i = 0; i < Offers.Length; i++)
        {
            SavedOffer offer = Offers[i];
            writer.Array(10).UInt((ulong)offer.Position).Bytes(offer.Entry.Value).Bytes(offer.VrfKey.Value).UInt((ulong)offer.Tee).Text(offer.Endpoint).Array(offer.Randomness.Count);
            foreach (Bytes32 randomness in offer.Randomness) writer.Bytes(randomness);
            writer.UInt((ulong)offer.AtMilliseconds).UInt((ulong)offerTerms[i]).Bool(offer.Open).Bool(offer.Qualified);
        }
        writer.Array(Evidence.Length);
        for (int i = 0; i < Evidence.Length; i++)
        {
            SavedEvidence evidence = Evidence[i];
            writer.Array(6).UInt((ulong)evidence.Position).Bytes(evidence.Entry.Value).Bytes(evidence.Seed).UInt((ulong)evidence.MachinePosition)
                .UInt((ulong)evidence.AtMilliseconds).UInt((ulong)evidenceTerms[i]);
        }
        return writer.ToArray();

        int PlaceOf(NetworkTerms of)
        {
            byte[] encoded = of.Encode();
            string digest = Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(encoded));
            if (places.TryGetValue(digest, out int place)) return place;
            places.Add(digest, terms.Count);
            terms.Add(encoded);
            return terms.Count - 1;
        }
    }

    /// <summary>Reads one; null for anything else.</summary>
    public static SavedBook? TryDecode(ReadOnlySpan<byte> encoded)
    {
        var reader = new CanonicalReader(encoded);
        if (!reader.TryReadArrayHeader(3, out int parts) || parts != 3 || !reader.TryReadArrayHeader(CountMax, out int count)) return null;
        var terms = new List<NetworkTerms>();
        for (; count > 0; count--)
        {
            if (!reader.TryReadBytes(TermsSizeMax, out ReadOnlySpan<byte> bytes) || NetworkTerms.TryDecode(bytes) is not { } read) return null;
            terms.Add(read);
        }
        var offers = ImmutableArray.CreateBuilder<SavedOffer>();
        if (!reader.TryReadArrayHeader(CountMax, out count)) return null;
        for (; count > 0; count--)
        {
            if (TryReadOffer(ref reader, terms) is not { } offer || (offers.Count > 0 && offer.Position <= offers[^1].Position)) return null;
            offers.Add(offer);
        }
        var evidence = ImmutableArray.CreateBuilder<SavedEvidence>();
        if (!reader.TryReadArrayHeader(CountMax, out count)) return null;
        for (; count > 0; count--)
        {
            if (TryReadEvidence(ref reader, terms) is not { } kept || (evidence.Count > 0 && kept.Position <= evidence[^1].Position)) return null;
            evidence.Add(kept);
        }
        return reader.AtEnd ? new SavedBook(offers.ToImmutable(), evidence.ToImmutable()) : null;
    }

    private static SavedOffer? TryReadOffer(ref CanonicalReader reader, List<NetworkTerms> terms)
    {
        if (!reader.TryReadArrayHeader(10, out int fields) || fields != 10 || !TryReadLong(ref reader, out long position) || !TryReadBytes32(ref reader, out Bytes32 entry)
            || !TryReadBytes32(ref reader, out Bytes32 vrfKey) || !reader.TryReadUInt(out ulong tee) || tee > (ulong)TeeKind.Max || !reader.TryReadText(ProtocolLimits.TextSizeMax, out string endpoint)
            || !reader.TryReadArrayHeader(RandomnessMax, out int count)) return null;
        var randomness = new Bytes32[count];
        for (int i = 0; i < count; i++)
            if (!TryReadBytes32(ref reader, out randomness[i])) return null;
        return TryReadLong(ref reader, out long at) && TryReadTerms(ref reader, terms, out NetworkTerms? of) && reader.TryReadBool(out bool open) && reader.TryReadBool(out bool qualified)
            ? new SavedOffer(position, new EntryId(entry), new VrfPublicKey(vrfKey), (TeeKind)tee, endpoint, randomness, at, of!, open, qualified)
            : null;
    }

    private static SavedEvidence? TryReadEvidence(ref CanonicalReader reader, List<NetworkTerms> terms) =>
        reader.TryReadArrayHeader(6, out int fields) && fields == 6 && TryReadLong(ref reader, out long position) && TryReadBytes32(ref reader, out Bytes32 entry)
        && TryReadBytes32(ref reader, out Bytes32 seed) && TryReadLong(ref reader, out long machine) && TryReadLong(ref reader, out long at)
        && TryReadTerms(ref reader, terms, out NetworkTerms? of)
            ? new SavedEvidence(position, new EntryId(entry), seed, machine, at, of!)
            : null;

    private static bool TryReadTerms(ref CanonicalReader reader, List<NetworkTerms> terms, out NetworkTerms? of)
    {
        bool read = TryReadLong(ref reader, out long place) && place < terms.Count;
        of = read ? terms[(int)place] : null;
        return read;
    }

    private static bool TryReadLong(ref CanonicalReader reader, out long value)
    {
        bool read = reader.TryReadUInt(out ulong found) && found <= long.MaxValue;
        value = read ? (long)found : 0;
        return read;
    }

    private static bool TryReadBytes32(ref CanonicalReader reader, out Bytes32 value)
    {
        value = default;
        return reader.TryReadBytes(Bytes32.Size, out ReadOnlySpan<byte> bytes) && Bytes32.TryRead(bytes, out value);
    }
}
