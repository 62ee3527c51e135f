using System.Collections.Frozen;
using Errand.Primitives;

namespace Errand.Node;

/// <summary>From whom a ledger takes entries, and how much.</summary>
public sealed record LedgerAdmission
{
    /// <summary>Keys with the members' quota.</summary>
    public FrozenSet<PublicKey> Members { get; init; } = [];

    /// <summary>Take entries of other keys too, under the smaller quota; without it only members append.</summary>
    public required bool Anyone { get; init; }

    /// <summary>The members' quota.</summary>
    public LedgerQuota MemberQuota { get; init; } = LedgerQuota.Member;

    /// <summary>Everybody else's.</summary>
    public LedgerQuota OtherQuota { get; init; } = LedgerQuota.Default;

    /// <summary>Reads a second from one address, members or not.</summary>
    public int ReadsPerSecond { get; init; } = 2_000;

    /// <summary>Appends a second from one address, members or not: what bounds signatures that are verified for strangers.</summary>
    public int AppendsPerSecond { get; init; } = 20_000;

    /// <summary>The quota of a key; null when nothing is taken from it.</summary>
    internal LedgerQuota? QuotaOf(PublicKey key) => Members.Contains(key) ? MemberQuota : Anyone ? OtherQuota : null;
}
