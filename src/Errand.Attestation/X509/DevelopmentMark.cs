namespace Errand.Attestation;

/// <summary>How the certificates of a development vendor name themselves.</summary>
public static class DevelopmentMark
{
    /// <summary>Organisation name (2.5.4.10) in the subject of every development root.</summary>
    public const string Organization = "Errand Development";
}
