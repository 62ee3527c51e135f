namespace Errand.Attestation;

/// <summary>In which order a VMM adds and measures the pages of a section: MRTD depends on it.</summary>
public enum TdxPageOrder
{
    /// <summary>Each page is added, then measured: KVM since Linux 6.16.</summary>
    PageByPage,

    /// <summary>All pages of a section are added, then all are measured: some hosts with patches from before.</summary>
    AddedFirst,
}
