namespace Errand.Attestation;

/// <summary>How a TDX module compares with Intel's identity of it.</summary>
/// <param name="Id"><c>TDX_</c> and the module's version in two hexadecimal digits.</param>
/// <param name="IsListed">Whether TCB info has an identity for this version.</param>
/// <param name="MrSignerMatches">MRSIGNERSEAM is the identity's.</param>
/// <param name="AttributesMatch">SEAMATTRIBUTES are zero and, under the mask, the identity's.</param>
/// <param name="Level">The highest level reached; null when it is below all, and for version 0, which has no levels of its own.</param>
public sealed record TdxModuleEvaluation(string Id, bool IsListed, bool MrSignerMatches, bool AttributesMatch, IsvSvnLevel? Level)
{
    /// <summary>True when it is a module that Intel lists.</summary>
    public bool Matches => IsListed && MrSignerMatches && AttributesMatch;

    internal static TdxModuleEvaluation Of(TcbInfo info, TdReport report)
    {
        byte version = report.TeeTcbSvn.Span[1];
        TdxModuleIdentity? identity = Find(info, version);
        return new TdxModuleEvaluation(
            IdOf(version),
            identity is not null,
            identity is not null && report.MrSignerSeam.Span.SequenceEqual(identity.MrSigner.Span),
            identity is not null && report.SeamAttributes == 0 && (report.SeamAttributes & identity.AttributesMask) == identity.Attributes,
            identity?.Levels.FirstOrDefault(level => report.TeeTcbSvn.Span[0] >= level.IsvSvn));
    }

    /// <summary>The identity for a version; null when none is listed.</summary>
    internal static TdxModuleIdentity? Find(TcbInfo info, byte version) => version == 0 ? info.Module : info.Modules.FirstOrDefault(module => string.Equals(module.Id, IdOf(version), StringComparison.OrdinalIgnoreCase));

    private static string IdOf(byte version) => $"TDX_{version:X2}";
}
