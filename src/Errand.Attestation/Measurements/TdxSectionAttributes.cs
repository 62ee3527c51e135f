namespace Errand.Attestation;

/// <summary>Attributes of a section in TDVF metadata (Intel TDX Virtual Firmware Design Guide, section 11.2).</summary>
[Flags]
internal enum TdxSectionAttributes : uint
{
    /// <summary>Its pages are added, their content is not measured.</summary>
    None = 0,

    /// <summary>MR.EXTEND: the content is measured.</summary>
    Extend = 1,

    /// <summary>PAGE.AUG: the pages come after the domain is built, and nothing of them is measured.</summary>
    Augment = 2,
}
