using Errand.Attestation;
using Errand.Attestation.Tests;
using Errand.Enclave;
using Errand.Enclave.Tests;
using Errand.Primitives;
using Errand.Protocol;
using TeeKind = Errand.Protocol.TeeKind;

namespace Errand.Node.Tests;

/// <summary>Executors with TDX: the enclave's program on a thread, whose kernel is played and gets quotes of a vendor of the tests, with that vendor's collateral as on the host's disk.</summary>
internal sealed class PlayedDomains
{
    private const int ReportData = 0x208;
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;
    private readonly IntelVendor _vendor = new();
    private readonly Lock _signing = new();

    /// <summary>What every domain is.</summary>
    public static TdxReference Reference
    {
        get
        {
            TdReport report = TdReport.TryParse(Bodies.Td())!;
            var zero = new byte[TdReport.RegisterSize];
            return new TdxReference
            {
                Name = "played", MrTd = report.MrTd, Rtmr0 = report.Rtmr(0), Rtmr1 = report.Rtmr(1), Rtmr2 = report.Rtmr(2), Rtmr3 = report.Rtmr(3), MrSeam = report.MrSeam, MrSignerSeam = report.MrSignerSeam,
                Attributes = report.Attributes, Xfam = report.Xfam, MrConfigId = report.MrConfigId, MrOwner = report.MrOwner, MrOwnerConfig = report.MrOwnerConfig, MrServiceTd = zero,
            };
        }
    }

    public static TdxFloor Floor { get; } = new(18, [IntelTcbStatus.UpToDate], []);

    /// <summary>What a genesis holds for them.</summary>
    public DevelopmentTeeTerms Terms => new(
        new PinnedRoot((int)Attestation.RootClass.IntelSgx, Development: true, _vendor.RootDigest),
        [new ReferenceValue(TeeKind.Tdx, TdxTuples.Encode(Reference))],
        [new FirmwareFloor(TeeKind.Tdx, TdxTuples.Encode(Floor))]);

    /// <summary>The machine of an executor: its own TPM, and a processor that reports on its domains alone.</summary>
    public Machine Stand(string name, Machine machine, IEnclaveLauncher launcher) =>
        new(machine.Tpm, null) { Platform = new MachineReporter(launcher), Collateral = () => Files(name) };

    /// <summary>Launches a domain on an executor's processor.</summary>
    public Task<IEnclaveSession> LaunchAsync(string name, CancellationToken cancellation) =>
        OwnReportEnclave.LaunchAsync(new TsmKernel { Provider = "tdx_guest\n", Report = data => Quote(name, data), Auxiliary = null }, TsmProvider.TdxGuest, cancellation);

    private static PckOptions Pck(string name) => new() { Ppid = [.. System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(name)).AsSpan(0, 16)] };

    private byte[] Quote(string name, byte[] reportData)
    {
        byte[] body = Bodies.Td();
        reportData.CopyTo(body, ReportData);
        lock (_signing) return QuoteMaker.Make(_vendor, new QuoteOptions { Body = body, Pck = Pck(name) });
    }

    private Collateral Files(string name)
    {
        var scene = new IntelScene(new QuoteOptions { Pck = Pck(name) }) { Vendor = _vendor, ListsFrom = Now.AddDays(-1), ListsUntil = Now.AddDays(20) };
        foreach (System.Text.Json.Nodes.JsonObject document in (System.Text.Json.Nodes.JsonObject[])[scene.TcbInfo, scene.Identity])
            (document["issueDate"], document["nextUpdate"]) = (Now.AddDays(-1).ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture), Now.AddDays(20).ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture));
        IntelCollateral made;
        lock (_signing) made = scene.Collateral();
        return Collateral.From(
        [
            new EvidenceFile("tcb-info.json", made.TcbInfo), new EvidenceFile("qe-identity.json", made.QeIdentity), new EvidenceFile("pck.crl", made.PckCrl), new EvidenceFile("root.crl", made.RootCaCrl),
            .. made.TcbInfoChain.Select((certificate, i) => new EvidenceFile($"signer-{i}.der", certificate)),
        ]);
    }
}
