using System.Text.Json;
using Errand.Primitives;

namespace Errand.Attestation;

/// <summary>Reads collateral that must be signed under one root, through the caller's cache when there is one.</summary>
/// <param name="root">Root of the platform's chain: collateral of another root is not about it.</param>
/// <param name="cache">Only for a root that is pinned: nothing else may be remembered.</param>
internal readonly struct CollateralReader(Certificate root, IntelCache? cache)
{
    private const byte TcbInfoKind = 1;
    private const byte IdentityKind = 2;
    private const byte ListKind = 3;

    private readonly Certificate _root = root;
    private readonly IntelCache? _cache = cache;

    internal SignedCollateral<TcbInfo> ReadTcbInfo(ReadOnlyMemory<byte> json, IReadOnlyList<ReadOnlyMemory<byte>> chain) => Read(TcbInfoKind, json, chain, "tcbInfo", TcbInfo.TryRead);

    internal SignedCollateral<EnclaveIdentity> ReadIdentity(ReadOnlyMemory<byte> json, IReadOnlyList<ReadOnlyMemory<byte>> chain) =>
        Read(IdentityKind, json, chain, "enclaveIdentity", EnclaveIdentity.TryRead);

    /// <summary>A revocation list, and whether <paramref name="issuer"/> issued it; null when the bytes are none.</summary>
    internal (CertificateRevocationList? List, bool IsAuthentic) ReadList(ReadOnlyMemory<byte> encoded, Certificate issuer)
    {
        Bytes32 key = _cache is null ? default : IntelCache.Key(ListKind, encoded, issuer.Encoded);
        if (_cache?.Find<CertificateRevocationList>(key) is { } known) return (known, true);
        CertificateRevocationList? list = CertificateRevocationList.TryParse(encoded);
        bool authentic = list is not null && list.IsIssuedBy(issuer);
        if (authentic) _cache?.Add(key, list!);
        return (list, authentic);
    }

    private SignedCollateral<T> Read<T>(byte kind, ReadOnlyMemory<byte> json, IReadOnlyList<ReadOnlyMemory<byte>> chain, string member, Func<JsonElement, T?> read)
        where T : class
    {
        Bytes32 key = _cache is null ? default : IntelCache.Key(kind, [_root.PublicKey.Encoded, json, .. chain]);
        if (_cache?.Find<SignedCollateral<T>>(key) is { } known) return known;
        SignedCollateral<T> collateral = SignedCollateral<T>.Read(json, chain, _root, member, read);
        if (collateral.Fault is null) _cache?.Add(key, collateral);
        return collateral;
    }
}
