using Errand.Primitives;

namespace Errand.Simulation;

/// <summary>The judges' own record of a node.</summary>
internal sealed class NaiveNode(PublicKey id, PublicKey operatorKey, VrfPublicKey vrfKey, bool isVerifier)
{
    public PublicKey Id { get; } = id;

    public PublicKey Operator { get; } = operatorKey;

    public VrfPublicKey VrfKey { get; } = vrfKey;

    public bool IsVerifier { get; } = isVerifier;

    /// <summary>Epochs at whose opening it was qualified.</summary>
    public List<(long From, long Until)> Tenures { get; } = [];

    public bool IsProven { get; set; }

    public bool IsDisqualified { get; set; }

    /// <summary>It has gone for good.</summary>
    public bool IsBanned { get; set; }

    public bool IsActive => !IsDisqualified && !IsBanned;

    /// <summary>Where the offer stands that passed last; -1 for none.</summary>
    public long ProvenPosition { get; set; } = -1;

    public int Offers { get; set; }

    public int Rejections { get; set; }

    public long NextOfferEpoch { get; set; }

    public Bytes32? OpenCase { get; set; }

    public Bytes32? Chip { get; set; }

    public Bytes32? Ek { get; set; }

    /// <summary>Until when its hardware is held for it.</summary>
    public long HardwareFreeEpoch { get; set; }

    public bool IsQualifiedAt(long epoch) => Tenures.Exists(tenure => tenure.From <= epoch && epoch < tenure.Until);

    /// <summary>It counts for nothing from the next epoch on.</summary>
    public void EndTenure(long epoch)
    {
        if (Tenures.Count == 0 || Tenures[^1].Until <= epoch + 1) return;
        if (Tenures[^1].From > epoch) Tenures.RemoveAt(Tenures.Count - 1);
        else Tenures[^1] = (Tenures[^1].From, epoch + 1);
    }
}
