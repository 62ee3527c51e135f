namespace Errand.Attestation;

/// <summary>What the kernel extends into banks other than SHA-1.</summary>
public enum ImaDigestStyle
{
    /// <summary>A digest with the bank's own hash: Linux 5.8 and later.</summary>
    PerBank = 1,

    /// <summary>The SHA-1 digest with zeros behind it: before that. As weak as SHA-1.</summary>
    PaddedSha1 = 2,
}
