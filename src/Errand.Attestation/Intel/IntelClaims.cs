using Errand.Primitives;

namespace Errand.Attestation;

/// <summary>
/// Claims about a platform: [PPID, platform instance id or empty, FMSPC, PCE-ID, SGX components, PCESVN, CPUSVN, SHA-256 of the PCK
/// certificate, root's key digest, quoting enclave's MRENCLAVE, its ISVSVN, whether revocation was checked, TCB], where TCB is [] without
/// TCB info, else [status, [advisories], evaluation number, platform status, module status or 0, quoting enclave status or 0, Unix time of
/// the TCB date or 0].
/// </summary>
internal static class IntelClaims
{
    internal static void Write(CanonicalWriter writer, IntelQuote quote, VerifiedIntelPlatform platform)
    {
        PckCertificate pck = platform.Pck;
        SgxReport qe = quote.Signature.QeReport;
        writer.Array(13)
            .Bytes(pck.Ppid.Span)
            .Bytes((pck.PlatformInstanceId ?? default).Span)
            .Bytes(pck.Fmspc.Span)
            .Bytes(pck.PceId.Span)
            .Bytes(pck.Components.Span)
            .UInt(pck.PceSvn)
            .Bytes(pck.CpuSvn.Span)
            .Bytes(CertificateChain.Digest(pck.Certificate))
            .Bytes(platform.Root.SpkiDigest)
            .Bytes(qe.MrEnclave.Span)
            .UInt(qe.IsvSvn)
            .Bool(platform.RevocationChecked);
        if (platform.Tcb is not { } tcb)
        {
            writer.Array(0);
            return;
        }

        writer.Array(7).UInt((ulong)tcb.Status).Array(tcb.Advisories.Count);
        foreach (string advisory in tcb.Advisories) writer.Text(advisory);
        writer.UInt((ulong)tcb.EvaluationDataNumber)
            .UInt((ulong)(tcb.Platform?.Status ?? 0))
            .UInt((ulong)(tcb.Module?.Level?.Status ?? 0))
            .UInt((ulong)(tcb.Qe?.Level?.Status ?? 0))
            .UInt((ulong)Math.Max(0, tcb.TcbDate?.ToUnixTimeSeconds() ?? 0));
    }
}
