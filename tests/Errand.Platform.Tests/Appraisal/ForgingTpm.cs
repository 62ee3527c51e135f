using System.Security.Cryptography;
using Errand.Attestation;

namespace Errand.Platform.Tests;

/// <summary>A TPM that quotes whatever a test wants, under a genuine development EK certificate: for evidence that is authentic and still wrong.</summary>
internal sealed class ForgingTpm : IDisposable
{
    public const ulong FirmwareVersion = 0x0001_0002_0003_0004;

    private readonly DevelopmentEk _ek = DevelopmentEk.Create(EkTemplate.EccL2);
    private readonly ECDsa _ak = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly IReadOnlyList<ReadOnlyMemory<byte>> _chain;

    public ForgingTpm()
    {
        _chain = [Vendors.Genoa.IssueEk(_ek.CertificateKey, isRsa: false, [0x55]), Vendors.Genoa.EkRootCertificate];
        Log = DevelopmentEventLog.Write(new DevelopmentBoot());
    }

    public byte[] Log { get; }

    public void Dispose()
    {
        _ek.Dispose();
        _ak.Dispose();
    }

    public PlatformEvidence Forge(byte[] nonce, PcrSet? pcrs = null, IReadOnlyList<PcrSelection>? selections = null, byte[]? log = null, byte[]? akPublic = null, byte[]? replayed = null)
    {
        PcrBank extended = EventLogReplay.Replay(EventLog.TryParse(replayed ?? Log)!, TpmAlgorithm.Sha256)!;
        PcrSet set = pcrs ?? DevelopmentTpm.MeasuredPcrs;
        var bank = new PcrBank(TpmAlgorithm.Sha256, set.Indices().Select(index => KeyValuePair.Create(index, extended.Pcrs.Contains(index) ? extended[index] : AfterReset(index))));
        byte[] attest = TpmsAttest.Encode(new byte[34], nonce, new TpmClockInfo(1, 1, 0, true), FirmwareVersion, selections ?? [new PcrSelection(TpmAlgorithm.Sha256, set)], SHA256.HashData(bank.Concatenate(set)));
        byte[] signature = _ak.SignData(attest, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        return new PlatformEvidence
        {
            EkCertificateChain = _chain,
            EkPublic = _ek.Public.Encoded,
            AkPublic = akPublic ?? DevelopmentAk.Encode(_ak.ExportParameters(false).Q),
            Attest = attest,
            Signature = TpmtSignature.EncodeEcdsa(TpmAlgorithm.Sha256, signature),
            Pcrs = bank,
            EventLog = log ?? Log,
        };
    }

    /// <summary>A log that is what the TPM measured, and still not as logs must be.</summary>
    public PlatformEvidence ForgeLog(byte[] nonce, Action<List<LoggedEvent>> change)
    {
        byte[] log = LogEvents.Change(Log, change);
        return Forge(nonce, log: log, replayed: log);
    }

    /// <summary>A quote by a key whose public area is wrong in one thing.</summary>
    public PlatformEvidence ForgeKey(byte[] nonce, string what)
    {
        TpmtPublic good = TpmtPublic.TryParse(DevelopmentAk.Encode(_ak.ExportParameters(false).Q))!;
        TpmObjectAttributes attributes = what switch
        {
            "fixed-tpm" => good.Attributes & ~TpmObjectAttributes.FixedTpm,
            "fixed-parent" => good.Attributes & ~TpmObjectAttributes.FixedParent,
            "sensitive-data-origin" => good.Attributes & ~TpmObjectAttributes.SensitiveDataOrigin,
            "restricted" => good.Attributes & ~TpmObjectAttributes.Restricted,
            "sign" => good.Attributes & ~TpmObjectAttributes.Sign,
            "decrypt" => good.Attributes | TpmObjectAttributes.Decrypt,
            _ => good.Attributes,
        };
        var writer = new TpmWriter();
        writer.Algorithm(TpmAlgorithm.Ecc).Algorithm(TpmAlgorithm.Sha256).UInt32((uint)attributes).Sized([]).Algorithm(TpmAlgorithm.Null);
        if (what == "null-scheme") writer.Algorithm(TpmAlgorithm.Null);
        else writer.Algorithm(TpmAlgorithm.EcDsa).Algorithm(what == "sha1" ? TpmAlgorithm.Sha1 : TpmAlgorithm.Sha256);
        writer.UInt16(TpmtPublic.CurveP256).Algorithm(TpmAlgorithm.Null).Sized(good.UniqueFirst.Span).Sized(good.UniqueSecond.Span);
        return Forge(nonce, akPublic: writer.ToArray());
    }

    private static ReadOnlyMemory<byte> AfterReset(int index) => index is >= 17 and <= 22 ? Enumerable.Repeat((byte)0xFF, 32).ToArray() : new byte[32];
}
