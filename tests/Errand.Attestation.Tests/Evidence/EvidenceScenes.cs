using System.Security.Cryptography;
using System.Text;

namespace Errand.Attestation.Tests;

/// <summary>Good evidence of several kinds under test roots, as files with names that say nothing.</summary>
internal static class EvidenceScenes
{
    private const string SwtpmKey = "a restricted key of this run";

    public static TrustedRoots Roots { get; } = IntelVendor.Shared.Roots.Pin(RootClass.AwsNitro, "test root", Certificate.TryParse(NitroPki.Chain[0])!.SpkiDigest);

    public static IReadOnlyList<EvidenceFile> Quote(IntelTeeType tee)
    {
        var scene = new IntelScene(tee == IntelTeeType.Sgx ? QuoteOptions.Sgx : new QuoteOptions());
        IntelCollateral collateral = scene.Collateral();
        return Shuffle(
        [
            scene.QuoteBytes(), collateral.TcbInfo.ToArray(), collateral.QeIdentity.ToArray(), collateral.PckCrl.ToArray(), collateral.RootCaCrl.ToArray(), .. collateral.TcbInfoChain.Select(der => der.ToArray()),
        ]);
    }

    public static IReadOnlyList<EvidenceFile> Nitro() => [new("0", new NitroMaker().Make())];

    public static IReadOnlyList<EvidenceFile> Log() => [new("0", LogMaker.Log(TpmAlgorithm.Sha256, LogMaker.Event(TpmAlgorithm.Sha256, 7, EventTypes.EfiVariableDriverConfig, LogMaker.SecureBootOn, LogMaker.SecureBootOn)))];

    /// <summary>A quote over PCR 7 by a restricted key, with the log that explains it.</summary>
    public static IReadOnlyList<EvidenceFile> TpmQuote(TpmObjectAttributes drop = 0, string pcr = "", byte[]? otherLog = null)
    {
        ReadOnlyMemory<byte> log = otherLog ?? Log()[0].Bytes;
        string value = pcr.Length > 0 ? pcr : Convert.ToHexStringLower(EventLogReplay.Replay(EventLog.TryParse(log.Span)!, TpmAlgorithm.Sha256)![7].Span);
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        byte[] area = Area(key, drop);
        byte[] attest = TpmsAttest.Encode([0, 11, .. SHA256.HashData(Encoding.ASCII.GetBytes(SwtpmKey))], Nonce, new TpmClockInfo(1, 2, 3, true), 4, [new PcrSelection(TpmAlgorithm.Sha256, PcrSet.Of(7))], SHA256.HashData(Convert.FromHexString(value)));
        byte[] signature = key.SignData(attest, HashAlgorithmName.SHA256);
        byte[] encoded = new TpmWriter().Algorithm(TpmAlgorithm.EcDsa).Algorithm(TpmAlgorithm.Sha256).Sized(signature.AsSpan(0, 32)).Sized(signature.AsSpan(32)).ToArray();
        return Shuffle([attest, encoded, area, Encoding.ASCII.GetBytes($"{{\"sha256\": {{\"7\": \"{value}\"}}}}"), log.ToArray()]);
    }

    public static byte[] Nonce { get; } = SHA256.HashData("asked"u8);

    public static EvidenceBundle Bundle(IEnumerable<EvidenceFile> files)
    {
        Assert.True(EvidenceBundle.TryCreate(files, out EvidenceBundle? bundle, out EvidenceFault? fault), fault?.Sentence);
        return bundle;
    }

    public static ExplainedResult Appraise(IEnumerable<EvidenceFile> files, AppraisalPolicy? policy = null, TrustedRoots? roots = null, DateTimeOffset? at = null, byte[]? nonce = null) =>
        EvidenceVerifier.Appraise(Bundle(files), Collateral.None, policy, roots ?? Roots, at ?? IntelScene.Now, nonce is null ? null : (ReadOnlyMemory<byte>?)nonce);

    // TPMT_PUBLIC of a P-256 key with ECDSA and SHA-256 (TPM 2.0 Part 2, section 12.2.4).
    private static byte[] Area(ECDsa key, TpmObjectAttributes drop)
    {
        const TpmObjectAttributes Attributes = TpmObjectAttributes.FixedTpm | TpmObjectAttributes.FixedParent | TpmObjectAttributes.SensitiveDataOrigin | TpmObjectAttributes.UserWithAuth | TpmObjectAttributes.Restricted | TpmObjectAttributes.Sign;
        ECParameters point = key.ExportParameters(false);
        return new TpmWriter().Algorithm(TpmAlgorithm.Ecc).Algorithm(TpmAlgorithm.Sha256).UInt32((uint)(Attributes & ~drop)).Sized([])
            .Algorithm(TpmAlgorithm.Null).Algorithm(TpmAlgorithm.EcDsa).Algorithm(TpmAlgorithm.Sha256).UInt16(TpmtPublic.CurveP256).Algorithm(TpmAlgorithm.Null)
            .Sized(point.Q.X).Sized(point.Q.Y).ToArray();
    }

    // Names and order decide nothing.
    private static EvidenceFile[] Shuffle(IReadOnlyList<byte[]> files) => [.. files.Select((bytes, i) => new EvidenceFile($"{i}", bytes)).Reverse()];
}
