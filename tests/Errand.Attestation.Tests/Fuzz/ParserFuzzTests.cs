using CsCheck;

namespace Errand.Attestation.Tests;

/// <summary>No parser throws, allocates beyond bounds, or accepts what it cannot give back.</summary>
public sealed class ParserFuzzTests
{
    /// <summary>What one parse of a small input may allocate: a few copies of it, and objects per element.</summary>
    private const long AllocatedMax = 32 * 1024 * 1024;

    [Fact]
    public void Certificates() => Fuzz(Corpus.Role("tpm", "ek-certificate", "intermediate-certificate", "root-certificate").Concat(Corpus.Role("sev-snp", "endorsement-key-certificate")), bytes =>
    {
        if (Certificate.TryParse(bytes) is not { } certificate) return;
        Assert.True(certificate.Encoded.Span.SequenceEqual(bytes));
        _ = EkCertificate.TryRead(certificate);
        _ = SnpEndorsementKey.TryRead(certificate, SnpSigningKey.Vcek);
        _ = SnpEndorsementKey.TryRead(certificate, SnpSigningKey.Vlek);
        _ = certificate.SignatureAlgorithmName;
        _ = CertificateChain.FindFault([certificate, certificate]);
    });

    [Fact]
    public void Public_keys() => Fuzz(Corpus.Role("tpm", "ak-spki"), bytes => _ = PublicKeyInfo.TryParse(bytes));

    [Fact]
    public void Reports() => Fuzz(Corpus.Role("sev-snp", "snp-report"), bytes =>
    {
        if (SnpReport.TryParse(bytes) is not { } report) return;
        Assert.True(report.Encoded.Span.SequenceEqual(bytes));
        Assert.Equal(96, report.SignatureP1363().Length);
    });

    [Fact]
    public void Quotes() => Fuzz(Corpus.Role("tpm", "tpms-attest", "tpms-attest-creation"), bytes =>
    {
        if (TpmsAttest.TryParse(bytes, out AttestationReason reason) is not { } quote) Assert.NotEqual(AttestationReason.None, reason);
        else Assert.Equal(bytes, TpmsAttest.Encode(quote.QualifiedSigner.Span, quote.ExtraData.Span, quote.ClockInfo, quote.FirmwareVersion, quote.Selections, quote.PcrDigest.Span));
    });

    [Fact]
    public void Signatures() => Fuzz(Corpus.Role("tpm", "tpmt-signature"), bytes => _ = TpmtSignature.TryParse(bytes));

    [Fact]
    public void Public_areas() => Fuzz(Corpus.Role("tpm", "tpm2b-public").Select(bytes => bytes[2..]).Concat(Corpus.Role("tpm", "tpmt-public")), bytes =>
    {
        if (TpmtPublic.TryParse(bytes) is not { } area) return;
        Assert.True(area.Encoded.Span.SequenceEqual(bytes));
        _ = area.PublicKey;
        _ = AttestationKeyRule.FindFault(area);
        _ = TpmKey.FromPublicArea(area);
        _ = MakeCredential.Create(area, area.Name, new byte[16]);
    });

    [Fact]
    public void Event_logs() => Fuzz(Corpus.Role("eventlog", "event-log").Where(log => log.Length < 20_000), bytes =>
    {
        if (EventLog.TryParse(bytes) is not { } log) return;
        Assert.InRange(log.EventBytes, 32, bytes.Length);
        foreach (TpmAlgorithm bank in log.Algorithms)
        {
            _ = EventLogReplay.Replay(log, bank);
            _ = EventLogRules.SecureBoot(log, bank);
            _ = SecureBootFacts.Read(log, bank);
            _ = BootLoaderFacts.Read(log, bank);
            if (bank.ToHashName() is not null) _ = EventLogRules.FindFault(log, bank, PcrSet.Firmware);
        }
    });

    [Fact]
    public void Confidential_computing_event_logs() => Fuzz([LogMaker.Log(TpmAlgorithm.Sha384, LogMaker.Event(TpmAlgorithm.Sha384, 1, 4, [1], [1]), new byte[64])], bytes =>
    {
        _ = CcEventLog.Verify(bytes, [.. Enumerable.Repeat((ReadOnlyMemory<byte>)new byte[48], 4)]);
    });

    [Fact]
    public void Measurement_lists()
    {
        byte[] list = [.. ImaMaker.Original("boot_aggregate", new byte[20]), .. ImaMaker.Ng("/a", new byte[32]), .. ImaMaker.Ng("/b", new byte[32], template: "ima-sig", more: [[1]]), .. ImaMaker.Violation("/c")];
        var quoted = new PcrBank(TpmAlgorithm.Sha256, [KeyValuePair.Create(10, (ReadOnlyMemory<byte>)new byte[32])]);
        Fuzz([list], bytes => _ = ImaVerifier.Verify(ImaLog.TryParse(bytes), quoted));
        byte[] text = System.Text.Encoding.ASCII.GetBytes($"10 {new string('0', 40)} ima-ng sha256:{new string('0', 64)} /a\n10 {new string('0', 40)} ima {new string('0', 40)} /b\n");
        Fuzz([text], bytes => _ = ImaVerifier.Verify(ImaLog.TryParseText(bytes), quoted));
    }

    [Fact]
    public void Names() => Fuzz(Corpus.Role("tpm", "ek-certificate").Select(der => Certificate.TryParse(der)!.Fields.Issuer.ToArray()), bytes =>
    {
        _ = DistinguishedName.ToText(bytes);
        _ = DistinguishedName.Find(bytes, Oids.CommonName);
    });

    [Fact]
    public void Containers()
    {
        byte[] tee = Corpus.Snp("genoa-v5-vcek").Encode();
        Fuzz([tee], bytes =>
        {
            if (TeeEvidence.TryParse(bytes, out TeeEvidence? evidence)) Assert.Equal(bytes, evidence.Encode());
        });
        var platform = new PlatformEvidence
        {
            EkCertificateChain = [Corpus.File("tpm", "ek-ifx-slb9670-ecc", "ek-cert.der")],
            EkPublic = Corpus.File("tpm", "ek-ifx-slb9670-ecc", "ek-public.tpm2b"),
            AkPublic = new byte[10],
            Attest = new byte[10],
            Signature = new byte[10],
            Pcrs = new PcrBank(TpmAlgorithm.Sha256, [KeyValuePair.Create(3, (ReadOnlyMemory<byte>)new byte[32])]),
            EventLog = new byte[20],
        };
        Fuzz([platform.Encode()], bytes =>
        {
            if (PlatformEvidence.TryParse(bytes, out PlatformEvidence? evidence)) Assert.Equal(bytes, evidence.Encode());
        });
    }

    [Fact]
    public void Credential_blobs()
    {
        byte[] blob = CredentialProtection.Wrap(new byte[32], new byte[34], new byte[32]);
        Fuzz([blob], bytes =>
        {
            if (!bytes.AsSpan().SequenceEqual(blob)) Assert.Null(CredentialProtection.Unwrap(new byte[32], new byte[34], bytes));
        });
    }

    internal static void Fuzz(IEnumerable<byte[]> samples, Action<byte[]> parse)
    {
        byte[][] corpus = [.. samples];
        foreach (byte[] sample in corpus) parse(sample);
        // One thread, so that allocations can be counted.
        Mutation.Of(corpus).Sample(bytes =>
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            parse(bytes);
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(allocated < AllocatedMax, $"{allocated} bytes allocated for {bytes.Length}");
        }, iter: Mutation.Iterations, threads: 1);
    }
}
