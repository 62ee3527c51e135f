namespace Errand.Attestation;

/// <summary>Section <c>ekCertificate</c> of policy files.</summary>
internal static class EkCertificatePolicyFile
{
    private const string ClassesMeaning = "TpmHardware for chips and processors' own firmware, TpmCloud for clouds' virtual TPMs; none accepts nothing";
    private const string DeniedMeaning = "manufacturers that are not taken, as \"id:49465800\"";

    internal static EkCertificatePolicy Read(PolicyNode node)
    {
        var policy = new EkCertificatePolicy
        {
            RootClasses = node.List("rootClasses", ClassesMeaning, item => item.Enum<RootClass>()),
            Denied = node.List("denied", DeniedMeaning, ReadVendor),
        };
        node.Close();
        return policy;
    }

    internal static void Write(PolicyWriter writer, EkCertificatePolicy policy)
    {
        writer.Words("rootClasses", policy.RootClasses.Select(item => item.ToString()), PolicyRules.Sentence(ClassesMeaning));
        writer.Words("denied", policy.Denied.Select(vendor => vendor.ToString()), PolicyRules.Sentence(DeniedMeaning));
    }

    private static TpmVendor ReadVendor(PolicyNode node)
    {
        if (node.AsText(DeniedMeaning) is not { } text) return default;
        if (!TpmVendor.TryParse(text, out TpmVendor vendor)) node.Fail("is a manufacturer such as \"id:49465800\"");
        return vendor;
    }
}
