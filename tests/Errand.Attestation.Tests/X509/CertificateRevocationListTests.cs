using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Errand.Attestation.Tests;

public sealed class CertificateRevocationListTests
{
    private static readonly DateTimeOffset ThisUpdate = new(2026, 5, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset NextUpdate = new(2060, 5, 1, 0, 0, 0, TimeSpan.Zero); // after 2049: GeneralizedTime
    private static readonly ECDsa Key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    [Fact]
    public void Everything_is_read_and_the_signature_holds()
    {
        CertificateRevocationList list = CertificateRevocationList.TryParse(Build([5], [0x7F, 1]))!;
        Assert.Equal((ThisUpdate, NextUpdate, 2), (list.ThisUpdate, list.NextUpdate, list.Count));
        Assert.Equal([9], list.Number!.Value.ToArray());
        Assert.True(list.Revokes(Certificate([5])));
        Assert.True(list.Revokes(Certificate([0x7F, 1])));
        Assert.False(list.Revokes(Certificate([0x7F])));
        Assert.Equal((ThisUpdate, null), (list.FindRevocation(Certificate([5])), list.FindRevocation(Certificate([6]))));
        Assert.True(list.IsIssuedBy(Certificate([1])));
        Assert.False(list.IsIssuedBy(Certificate([1], subject: "Other")));
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.False(list.IsIssuedBy(Certificate([1], key: other)));
    }

    [Fact]
    public void Empty_list_revokes_nothing()
    {
        CertificateRevocationList list = CertificateRevocationList.TryParse(Build())!;
        Assert.Equal(0, list.Count);
        Assert.False(list.Revokes(Certificate([1])));
    }

    [Fact]
    public void List_that_is_cut_or_has_more_after_it_is_refused()
    {
        byte[] good = Build([5]);
        Assert.Null(CertificateRevocationList.TryParse((byte[])[.. good, 0]));
        for (int size = 0; size < good.Length; size++) Assert.Null(CertificateRevocationList.TryParse(good.AsMemory(0, size)));
    }

    [Fact]
    public void Each_bit_is_signed()
    {
        byte[] good = Build([5]);
        Certificate issuer = Certificate([1]);
        for (int offset = 0; offset < good.Length; offset++)
        {
            byte[] bad = [.. good];
            bad[offset] ^= 0x01;
            Assert.False(CertificateRevocationList.TryParse(bad)?.IsIssuedBy(issuer) ?? false, $"offset {offset}");
        }
    }

    [Theory]
    [InlineData("2.5.29.28", true, false)] // issuing distribution point: speaks for a part of the certificates
    [InlineData("2.5.29.27", true, false)] // delta
    [InlineData("2.5.29.28", false, true)]
    [InlineData("2.5.29.20", true, true)] // CRL number
    public void Critical_extension_of_the_list_that_is_unknown_is_refused(string oid, bool critical, bool accepted) =>
        Assert.Equal(accepted, CertificateRevocationList.TryParse(Write(extension: (oid, critical))) is not null);

    [Theory]
    [InlineData("2.5.29.29", true, false)] // certificate issuer: the entry is about another issuer's certificate
    [InlineData("2.5.29.24", false, true)] // invalidity date
    [InlineData("2.5.29.21", true, true)] // reason
    public void Critical_extension_of_an_entry_that_is_unknown_is_refused(string oid, bool critical, bool accepted) =>
        Assert.Equal(accepted, CertificateRevocationList.TryParse(Write(entryExtension: (oid, critical))) is not null);

    [Fact]
    public void Version_1_other_algorithms_outside_and_missing_next_update_are_refused()
    {
        Assert.NotNull(CertificateRevocationList.TryParse(Write()));
        Assert.Null(CertificateRevocationList.TryParse(Write(version: 0)));
        Assert.Null(CertificateRevocationList.TryParse(Write(outer: "1.2.840.10045.4.3.3")));
        Assert.Null(CertificateRevocationList.TryParse(Write(hasNextUpdate: false)));
    }

    [Fact]
    public void Longer_list_than_allowed_is_refused() => Assert.Null(CertificateRevocationList.TryParse(new byte[CertificateRevocationList.SizeMax + 1]));

    private static byte[] Build(params byte[][] serials)
    {
        var builder = new CertificateRevocationListBuilder();
        foreach (byte[] serial in serials) builder.AddEntry(serial, ThisUpdate, X509RevocationReason.KeyCompromise);
        return builder.Build(new X500DistinguishedName("CN=CA"), X509SignatureGenerator.CreateForECDsa(Key), 9, NextUpdate, HashAlgorithmName.SHA256, X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier([1]), ThisUpdate);
    }

    private static Certificate Certificate(byte[] serial, string subject = "CA", ECDsa? key = null)
    {
        var request = new CertificateRequest($"CN={subject}", key ?? Key, HashAlgorithmName.SHA256);
        using X509Certificate2 certificate = request.Create(new X500DistinguishedName("CN=CA"), X509SignatureGenerator.CreateForECDsa(Key), ThisUpdate, NextUpdate, serial);
        return Attestation.Certificate.TryParse(certificate.RawData)!;
    }

    // By hand, for what no builder makes. Not signed: only what is read counts here.
    private static byte[] Write(int version = 1, string outer = "1.2.840.10045.4.3.2", bool hasNextUpdate = true, (string Oid, bool Critical)? extension = null, (string Oid, bool Critical)? entryExtension = null)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteInteger(version);
                WriteAlgorithm(writer, "1.2.840.10045.4.3.2");
                writer.WriteEncodedValue(new X500DistinguishedName("CN=CA").RawData);
                writer.WriteUtcTime(ThisUpdate);
                if (hasNextUpdate) writer.WriteUtcTime(ThisUpdate.AddDays(30));
                using (writer.PushSequence())
                using (writer.PushSequence())
                {
                    writer.WriteInteger(5);
                    writer.WriteUtcTime(ThisUpdate);
                    if (entryExtension is { } inEntry) WriteExtensions(writer, inEntry);
                }
                if (extension is { } inList)
                    using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0))) WriteExtensions(writer, inList);
            }
            WriteAlgorithm(writer, outer);
            writer.WriteBitString(new byte[70]);
        }
        return writer.Encode();
    }

    private static void WriteAlgorithm(AsnWriter writer, string oid)
    {
        using (writer.PushSequence()) writer.WriteObjectIdentifier(oid);
    }

    private static void WriteExtensions(AsnWriter writer, (string Oid, bool Critical) extension)
    {
        using (writer.PushSequence())
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(extension.Oid);
            if (extension.Critical) writer.WriteBoolean(true);
            writer.WriteOctetString([2, 1, 1]);
        }
    }
}
