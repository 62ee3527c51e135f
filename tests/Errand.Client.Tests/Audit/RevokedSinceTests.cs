using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Errand.Attestation;

namespace Errand.Client.Tests;

/// <summary>What a vendor revokes after a task is a flag of its receipt, not a fault (T-108).</summary>
public sealed class RevokedSinceTests
{
    private static readonly DateTimeOffset From = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Since = new(2027, 3, 4, 5, 6, 0, TimeSpan.Zero);

    private readonly ECDsa _vendorKey = ECDsa.Create(ECCurve.NamedCurves.nistP384);
    private readonly X509Certificate2 _vendor;
    private readonly X509Certificate2 _chip;

    public RevokedSinceTests()
    {
        _vendor = Authority("CN=Vendor", _vendorKey);
        using var chipKey = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        _chip = new CertificateRequest("CN=Chip", chipKey, HashAlgorithmName.SHA384).Create(_vendor, From, From.AddYears(20), [0x11, 0x22]);
    }

    [Fact]
    public void T_108_chip_revoked_since()
    {
        AuditCase audit = Case(Revoke(_vendor, _chip.SerialNumberBytes.Span));
        AuditReport report = audit.Verify(audit.Export());
        Assert.Equal("audit/level-2", report.Code.Code());
        Assert.Equal([AuditFlag.Development, AuditFlag.RevokedSince], report.Flags);
        Assert.Contains("CN=Chip, serial 1122, is revoked since 2027-03-04 05:06Z", report.NotShown[0], StringComparison.Ordinal);
        // A bundle that does not hold is not made better or worse by it.
        audit.Finding = audit.Finding with { Accepted = false, Reasons = ["reject/tcb"] };
        report = audit.Verify(audit.Export());
        Assert.Equal(("audit/evidence", 1), (report.Code.Code(), report.Flags.Length));
    }

    [Fact]
    public void A_list_without_the_chip_changes_nothing()
    {
        AuditCase audit = Case();
        AuditReport before = audit.Verify(audit.Export());
        audit.RevocationLists = [Revoke(_vendor, [0x55])];
        AuditReport after = audit.Verify(audit.Export());
        Assert.Equal(before.Flags, after.Flags);
        Assert.Equal(before.NotShown, after.NotShown);
    }

    [Fact]
    public void T_108_list_of_another_issuer_says_nothing()
    {
        // The same name and serial number, another key.
        using var otherKey = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using X509Certificate2 other = Authority("CN=Vendor", otherKey);
        AuditCase audit = Case(Revoke(other, _chip.SerialNumberBytes.Span));
        AuditReport report = audit.Verify(audit.Export());
        Assert.Equal([AuditFlag.Development], report.Flags);
        Assert.Contains("signed by none of this evidence's certificates", report.NotShown[0], StringComparison.Ordinal);
    }

    private AuditCase Case(params CertificateRevocationList[] lists) => new()
    {
        Finding = new EvidenceFinding(true, []) { Certificates = [_chip.RawData, new byte[] { 1, 2, 3 }, _vendor.RawData] },
        RevocationLists = lists,
    };

    private static X509Certificate2 Authority(string name, ECDsa key)
    {
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA384);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.CrlSign | X509KeyUsageFlags.KeyCertSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request.CreateSelfSigned(From, From.AddYears(30));
    }

    private static CertificateRevocationList Revoke(X509Certificate2 issuer, ReadOnlySpan<byte> serial)
    {
        var builder = new CertificateRevocationListBuilder();
        builder.AddEntry(serial, Since);
        return CertificateRevocationList.TryParse(builder.Build(issuer, 7, Since.AddYears(1), HashAlgorithmName.SHA384, thisUpdate: Since.AddDays(1)))!;
    }
}
