namespace Errand.Attestation;

/// <summary>Claims about who vouches for evidence.</summary>
internal static class RootClaims
{
    internal static void Add(ClaimList claims, TrustedRoot root)
    {
        claims.Add("root", root.Name);
        claims.Add("root-class", root.Class.ToString());
        claims.Add("root-development", root.IsDevelopment);
    }
}
