using System.Security.Cryptography;
using Errand.Attestation;
using Errand.Platform;
using Errand.Primitives;
using Errand.Tpm;

namespace Errand.Node;

/// <summary>
/// Examines a machine as a node would use it and a verifier would judge it: with the same code, and a nonce of its own. Changes nothing: its
/// attestation key is made for this and forgotten.
/// </summary>
public static class MachineDoctor
{
    private const int SecretSize = 32;
    private static readonly PcrSet UsualPcrs = PcrSet.Firmware;

    /// <summary>Examines the machine that this runs on.</summary>
    public static async Task<MachineReport> ExamineAsync(MachineDoctorOptions options, TimeProvider time, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        return await ExamineAsync(() => Open(options.Device, time), options, time, cancellation).ConfigureAwait(false);
    }

    internal static async Task<MachineReport> ExamineAsync(Func<ITpm> open, MachineDoctorOptions options, TimeProvider time, CancellationToken cancellation)
    {
        var findings = new List<MachineFinding>();
        AttestationResult? verdict = null;
        try
        {
            ITpm tpm = open();
            await using (tpm.ConfigureAwait(false)) verdict = await ExamineTpmAsync(findings, tpm, options, time, cancellation).ConfigureAwait(false);
        }
        catch (TpmException fault)
        {
            findings.Add(new MachineFinding("tpm", FindingOutcome.Fault, fault.Message, fault.Remedy));
        }
        findings.AddRange(TeeDevices.Examine());
        findings.Add(await InstalledQemu.ExamineAsync(cancellation).ConfigureAwait(false));
        findings.AddRange(TeeDevices.ExamineMachines());
        if (options.Genesis is { } genesis) findings.Add(TeeDevices.ExamineForExecutor(genesis.Development));
        await ExamineImaAsync(findings, options.ImaFile, cancellation).ConfigureAwait(false);
        return new MachineReport(findings, verdict);
    }

    private static ITpm Open(string device, TimeProvider time)
    {
        // Character devices lie in /dev; whatever else is named must be a socket.
        return !device.StartsWith("/dev/", StringComparison.Ordinal) ? new SwtpmSocket(new System.Net.Sockets.UnixDomainSocketEndPoint(device), time) : LinuxTpm.Open(device);
    }

    private static async Task<AttestationResult?> ExamineTpmAsync(List<MachineFinding> findings, ITpm tpm, MachineDoctorOptions options, TimeProvider time, CancellationToken cancellation)
    {
        var client = new TpmClient(tpm, time);
        TpmIdentity identity = await client.ReadIdentityAsync(cancellation).ConfigureAwait(false);
        findings.Add(new MachineFinding("tpm", FindingOutcome.Good, $"TPM 2.0 of {identity.Vendor} \"{identity.Text}\", firmware {identity.FirmwareVersion:x16}, at {options.Device}", ""));
        if (Lockout(identity) is { } locked) findings.Add(locked);
        bool bank = (await client.ReadBanksAsync(cancellation).ConfigureAwait(false)).Any(one => one is { Bank: TpmAlgorithm.Sha256, Pcrs.Size: PcrSet.Count });
        findings.Add(bank
            ? new MachineFinding("pcr-bank", FindingOutcome.Good, "the SHA-256 bank is on", "")
            : new MachineFinding("pcr-bank", FindingOutcome.Fault, "the SHA-256 bank is off", "Switch the bank on in the firmware's setup, or: tpm2_pcrallocate sha256:all, and restart."));
        return bank ? await ExamineProofAsync(findings, tpm, options, time, cancellation).ConfigureAwait(false) : null;
    }

    /// <summary>What is to be said of a TPM that is locked out; null when it is not.</summary>
    internal static MachineFinding? Lockout(TpmIdentity identity) => identity.FailedTriesMax > 0 && identity.FailedTries >= identity.FailedTriesMax
        ? new MachineFinding("tpm-lockout", FindingOutcome.Absent, $"locked out after {identity.FailedTries} wrong authorisations; proofs work all the same",
            "Wait for its recovery time, or reset the counter: tpm2_dictionarylockout --clear-lockout.")
        : null;

    private static async Task<AttestationResult?> ExamineProofAsync(List<MachineFinding> findings, ITpm tpm, MachineDoctorOptions options, TimeProvider time, CancellationToken cancellation)
    {
        string scratch = Directory.CreateTempSubdirectory("errand-doctor").FullName;
        try
        {
            LiveTpm live = await LiveTpm.OpenAsync(tpm, new LiveTpmOptions
            {
                AttestationKeyFile = Path.Combine(scratch, "key"),
                EventLogFile = options.EventLogFile,
                ImaFile = NetworkOf(options)?.RequiresIma == true ? options.ImaFile : null,
                EkCertificate = options.EkCertificate,
                EndorsementValue = options.EndorsementValue,
                IssuerCertificates = options.IssuerCertificates,
            }, time, cancellation).ConfigureAwait(false);
            await using (live.ConfigureAwait(false))
            {
                AddCertificate(findings, live, time.GetUtcNow());
                if (options.State is { } state) findings.Add(Holder(TpmHolder.Find(state, live.EkPublic)));
                byte[] secret = RandomNumberGenerator.GetBytes(SecretSize);
                byte[]? answer = await live.ActivateCredentialAsync(MakeCredential.Create(live.EkPublic, live.AkPublic.Name, secret)!, cancellation).ConfigureAwait(false);
                findings.Add(answer is not null && CryptographicOperations.FixedTimeEquals(answer, secret)
                    ? new MachineFinding("challenge", FindingOutcome.Good, "credential challenges are answered", "")
                    : new MachineFinding("challenge", FindingOutcome.Fault, "a credential challenge was answered wrongly", "Update the TPM's firmware."));
                return await ExamineEvidenceAsync(findings, live, options, time.GetUtcNow(), cancellation).ConfigureAwait(false);
            }
        }
        catch (TpmException fault)
        {
            findings.Add(new MachineFinding(NameOf(fault.Error), FindingOutcome.Fault, fault.Message, fault.Remedy));
            return null;
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    private static void AddCertificate(List<MachineFinding> findings, LiveTpm live, DateTimeOffset now)
    {
        Certificate leaf = Certificate.TryParse(live.EkCertificateChain[0])!;
        string what = $"{EkCertificate.TryRead(leaf)?.ToString() ?? "no EK certificate by its contents"}, template {live.Template}, valid until {leaf.NotAfter:yyyy-MM-dd}";
        findings.Add(now <= leaf.NotAfter && EkCertificate.TryRead(leaf) is not null
            ? new MachineFinding("ek-certificate", FindingOutcome.Good, what, "")
            : new MachineFinding("ek-certificate", FindingOutcome.Fault, what, "Ask the manufacturer for a certificate that is valid."));
        bool complete = Certificate.TryParse(live.EkCertificateChain[^1])!.IsSelfIssued;
        findings.Add(complete
            ? new MachineFinding("ek-chain", FindingOutcome.Good, $"{live.EkCertificateChain.Count} certificates up to a root", "")
            : new MachineFinding("ek-chain", FindingOutcome.Fault, $"{live.EkCertificateChain.Count} certificates, and no root among them",
                "Fetch the issuers' certificates from the manufacturer (the certificate names them under Authority Information Access) and give their folder with --issuers."));
    }

    private static async Task<AttestationResult?> ExamineEvidenceAsync(List<MachineFinding> findings, LiveTpm live, MachineDoctorOptions options, DateTimeOffset now, CancellationToken cancellation)
    {
        NetworkPolicy? network = NetworkOf(options);
        byte[] nonce = RandomNumberGenerator.GetBytes(Bytes32.Size);
        PlatformEvidence evidence = await live.CollectAsync(nonce, network?.RequiredPcrs ?? UsualPcrs, cancellation).ConfigureAwait(false);
        findings.Add(new MachineFinding("quote", FindingOutcome.Good, $"{evidence.Pcrs.Pcrs} quoted", ""));
        AddLog(findings, evidence);
        if (network is null) return null;
        return PlatformAppraiser.Appraise(evidence, network.ForProofOfTrust([new Bytes32(nonce)], 1, evidence), now).Result;
    }

    private static NetworkPolicy? NetworkOf(MachineDoctorOptions options) =>
        options.State is { } state ? new NetworkPolicy(state.Terms) : options.Genesis is { } genesis ? new NetworkPolicy(genesis) : null;

    // The machine of that very node, as a rule: to run it is no fault, to enrol it again under another key is one.
    private static MachineFinding Holder(TpmHolder? holder) => holder is null
        ? new MachineFinding("tpm-free", FindingOutcome.Good, "the TPM backs no node of this network", "")
        : new MachineFinding("tpm-free", FindingOutcome.Absent, $"the TPM backs node {holder.Node}, {holder.State}", "Run that node here (errand node run, or restore), or retire it before you enrol this machine as another.");

    private static void AddLog(List<MachineFinding> findings, PlatformEvidence evidence)
    {
        AttestationResult replayed = EventLogVerifier.Verify(evidence.EventLog.Span, [evidence.Pcrs]);
        EventLog? log = EventLog.TryParse(evidence.EventLog.Span);
        bool fits = evidence.EventLog.Length < PlatformEvidence.SizeMax;
        findings.Add(!replayed.Accepted || log is null
            ? new MachineFinding("firmware-log", FindingOutcome.Fault, replayed.FirstFailure?.Actual ?? "unreadable", replayed.FirstFailure?.Explanation ?? "")
            : fits
                ? new MachineFinding("firmware-log", FindingOutcome.Good, $"{log.Events.Count} events, {evidence.EventLog.Length} bytes; it replays to the quoted PCRs", "")
                : new MachineFinding("firmware-log", FindingOutcome.Fault, $"{evidence.EventLog.Length} bytes: longer than evidence can be ({PlatformEvidence.SizeMax})", "Use a boot loader that measures less into the log."));
        bool? secure = log is null || !replayed.Accepted ? null : EventLogRules.SecureBoot(log, TpmAlgorithm.Sha256);
        findings.Add(secure == true
            ? new MachineFinding("secure-boot", FindingOutcome.Good, "on", "")
            : new MachineFinding("secure-boot", FindingOutcome.Absent, secure == false ? "off" : "the log does not say", "Networks may require it: switch Secure Boot on in the firmware's setup."));
    }

    private static async Task ExamineImaAsync(List<MachineFinding> findings, string file, CancellationToken cancellation)
    {
        try
        {
            byte[]? ima = await MeasurementLogs.TryReadAsync(file, cancellation).ConfigureAwait(false);
            findings.Add(ima switch
            {
                { Length: > PlatformEvidence.SizeMax } => new MachineFinding("ima", FindingOutcome.Absent, $"{ima.Length} bytes of runtime measurements: longer than a proof can be ({PlatformEvidence.SizeMax})", "Use an IMA policy that measures less; networks may require a list."),
                { Length: > 0 } => new MachineFinding("ima", FindingOutcome.Good, $"{ima.Length} bytes of runtime measurements; they are offered only if you say so: errand node enrol --ima-list {file}", ""),
                _ => new MachineFinding("ima", FindingOutcome.Absent, "no runtime measurements", "Networks may require them. Kernel command line: ima_policy=tcb."),
            });
        }
        catch (TpmException denied)
        {
            findings.Add(new MachineFinding("ima", FindingOutcome.Absent, denied.Message, denied.Remedy));
        }
    }

    private static string NameOf(TpmError error) => error switch
    {
        TpmError.NoEkCertificate or TpmError.EkCertificateMismatch => "ek-certificate",
        TpmError.EndorsementAuthorization or TpmError.Hierarchy or TpmError.Disabled => "endorsement-hierarchy",
        TpmError.NoEventLog => "firmware-log",
        _ => "tpm-use",
    };
}
