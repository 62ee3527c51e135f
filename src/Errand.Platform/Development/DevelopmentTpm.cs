using System.Security.Cryptography;
using Errand.Attestation;
using Errand.Primitives;
using Errand.Tpm;

namespace Errand.Platform;

/// <summary>
/// A TPM in this process: a certified endorsement key, a restricted attestation key, 24 SHA-256 PCRs extended from the log of a small boot,
/// and real answers to quotes and credential challenges. Its keys protect nothing from whoever runs the process.
/// </summary>
public sealed class DevelopmentTpm : IAttestingTpm, IDisposable
{
    internal const ulong FirmwareVersion = 0x0001_0000_0000_0000;
    private const ulong StateVersion = 1;
    private const int StateFieldMax = 4096;
    private const int TextMax = 512;

    private readonly DevelopmentEk _ek;
    private readonly ECDsa _ak;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private byte[] _log;
    private byte[] _imaList = [];
    private PcrBank _pcrs;
    private uint _resetCount;
    private ulong _clockAtStart;
    private long _startedAt;

    private DevelopmentTpm(DevelopmentEk ek, ECDsa ak, IReadOnlyList<ReadOnlyMemory<byte>> chain, DevelopmentBoot boot, uint resetCount, ulong clock, TimeProvider time)
    {
        _ek = ek;
        _ak = ak;
        _time = time;
        EkCertificateChain = chain;
        EkPublic = ek.Public;
        ECPoint point = ak.ExportParameters(includePrivateParameters: false).Q;
        AkPublic = TpmtPublic.TryParse(DevelopmentAk.Encode(point)) ?? throw new InvalidOperationException("A public area made here does not parse.");
        _resetCount = resetCount;
        _clockAtStart = clock;
        _startedAt = time.GetTimestamp();
        (Boot, _log, _pcrs) = Start(boot);
    }

    /// <summary>The manufacturer in its EK certificate.</summary>
    public static TpmVendor Vendor { get; } = TpmVendor.Of("ERRD");

    /// <summary>The model in its EK certificate.</summary>
    public static string Model => "Errand development TPM";

    /// <summary>The PCRs that its boot extends, all of which are then not zero: 0 to 7 and 9.</summary>
    public static PcrSet MeasuredPcrs { get; } = PcrSet.Of(0, 1, 2, 3, 4, 5, 6, 7, 9);

    /// <summary>What was booted last.</summary>
    public DevelopmentBoot Boot { get; private set; }

    /// <summary>Resets so far.</summary>
    public uint ResetCount => _resetCount;

    /// <inheritdoc/>
    public IReadOnlyList<ReadOnlyMemory<byte>> EkCertificateChain { get; }

    /// <inheritdoc/>
    public TpmtPublic EkPublic { get; }

    /// <inheritdoc/>
    public TpmtPublic AkPublic { get; }

    /// <summary>The firmware's event log of this boot.</summary>
    public ReadOnlyMemory<byte> EventLog
    {
        get
        {
            lock (_lock) return _log;
        }
    }

    /// <summary>Makes a TPM with fresh keys, an EK certificate by the vendor, and its first boot.</summary>
    public static DevelopmentTpm Create(DevelopmentVendor vendor, TimeProvider time, EkTemplate template = EkTemplate.EccL2, DevelopmentBoot? boot = null)
    {
        ArgumentNullException.ThrowIfNull(vendor);
        DevelopmentEk ek = DevelopmentEk.Create(template);
        Span<byte> serial = stackalloc byte[16];
        RandomNumberGenerator.Fill(serial);
        serial[0] &= 0x7F; // positive
        serial[0] |= 0x40; // shortest form
        byte[] certificate = vendor.IssueEk(ek.CertificateKey, template == EkTemplate.RsaL1, serial);
        return new DevelopmentTpm(ek, ECDsa.Create(ECCurve.NamedCurves.nistP256), [certificate, vendor.EkRootCertificate], boot ?? new DevelopmentBoot(), resetCount: 1, clock: 0, time);
    }

    /// <summary>Reads what <see cref="Export"/> wrote, as the same machine still running; null for anything else.</summary>
    public static DevelopmentTpm? Import(ReadOnlySpan<byte> state, TimeProvider time)
    {
        if (!CanonicalCbor.IsCanonical(state)) return null;
        var fields = new FieldReader(state);
        ulong version = fields.UInt(0);
        ulong template = fields.UInt(1, (ulong)EkTemplate.EccL2);
        byte[] ekKey = fields.Bytes(2, 1, StateFieldMax).ToArray();
        byte[] akKey = fields.Bytes(3, 1, StateFieldMax).ToArray();
        byte[][] chain = fields.Array<byte[]>(4, 4, Items.ByteArray);
        var resetCount = (uint)fields.UInt(5, uint.MaxValue);
        ulong clock = fields.UInt(6, long.MaxValue);
        var boot = new DevelopmentBoot { Firmware = fields.Text(7, TextMax), Kernel = fields.Text(8, TextMax), CommandLine = fields.Text(9, TextMax), SecureBoot = fields.Bool(10) };
        if (fields.Close() != FieldError.None || version != StateVersion || template == 0) return null;

        DevelopmentEk? ek = DevelopmentEk.Import((EkTemplate)template, ekKey);
        ECDsa ak = ECDsa.Create();
        bool imported = DevelopmentKeys.TryImport(ak, akKey, 256);
        CryptographicOperations.ZeroMemory(ekKey);
        CryptographicOperations.ZeroMemory(akKey);
        if (ek is not null && imported) return new DevelopmentTpm(ek, ak, [.. chain.Select(item => new ReadOnlyMemory<byte>(item))], boot, resetCount, clock, time);
        ek?.Dispose();
        ak.Dispose();
        return null;
    }

    /// <summary>Private keys, certificates, counters and boot, for <see cref="Import"/>.</summary>
    public byte[] Export()
    {
        lock (_lock)
        {
            var writer = new CanonicalWriter();
            writer.Map(11).Key(0).UInt(StateVersion).Key(1).UInt((ulong)_ek.Template).Key(2).Bytes(_ek.ExportPrivateKey()).Key(3).Bytes(_ak.ExportPkcs8PrivateKey())
                .Key(4).Array(EkCertificateChain.Count);
            foreach (ReadOnlyMemory<byte> certificate in EkCertificateChain) writer.Bytes(certificate.Span);
            return writer.Key(5).UInt(_resetCount).Key(6).UInt(Clock())
                .Key(7).Text(Boot.Firmware).Key(8).Text(Boot.Kernel).Key(9).Text(Boot.CommandLine).Key(10).Bool(Boot.SecureBoot).ToArray();
        }
    }

    /// <summary>Starts the machine again, into the same or another boot: PCRs and log begin anew, the reset count rises.</summary>
    public void Reboot(DevelopmentBoot? boot = null)
    {
        lock (_lock)
        {
            _clockAtStart = Clock();
            _startedAt = _time.GetTimestamp();
            _resetCount = checked(_resetCount + 1);
            (Boot, _log, _pcrs) = Start(boot ?? Boot);
            _imaList = [];
        }
    }

    /// <summary>Has the kernel measure a file that runs: into its list, which the first one begins with the boot aggregate, and into PCR 10.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="content">What is in it.</param>
    public void MeasureFile(string path, ReadOnlySpan<byte> content)
    {
        lock (_lock)
        {
            if (_imaList.Length == 0) Measure(ImaEntry.BootAggregate, SHA256.HashData(_pcrs.Concatenate(PcrSet.Of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9))));
            Measure(path, SHA256.HashData(content));
        }
    }

    private void Measure(string path, byte[] digest)
    {
        byte[] entry = DevelopmentImaEntry.Encode(path, digest, out byte[] templateDigest);
        _imaList = [.. _imaList, .. entry];
        Extend(ImaVerifier.PcrIndex, templateDigest);
    }

    /// <summary>Quotes PCRs of the SHA-256 bank over a nonce of at most 64 bytes.</summary>
    /// <exception cref="ArgumentException">The nonce is longer.</exception>
    public TpmQuote Quote(ReadOnlySpan<byte> nonce, PcrSet pcrs)
    {
        if (nonce.Length > TpmsAttest.NonceSizeMax) throw new ArgumentException($"A nonce has at most {TpmsAttest.NonceSizeMax} bytes.", nameof(nonce));
        lock (_lock)
        {
            var quoted = new PcrBank(TpmAlgorithm.Sha256, pcrs.Indices().Select(index => KeyValuePair.Create(index, _pcrs[index])));
            byte[] digest = SHA256.HashData(quoted.Concatenate(pcrs));
            byte[] attest = TpmsAttest.Encode(DevelopmentAk.QualifiedName(AkPublic), nonce, new TpmClockInfo(Clock(), _resetCount, 0, IsSafe: true), FirmwareVersion,
                [new PcrSelection(TpmAlgorithm.Sha256, pcrs)], digest);
            byte[] signature = _ak.SignData(attest, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
            return new TpmQuote(attest, TpmtSignature.EncodeEcdsa(TpmAlgorithm.Sha256, signature), quoted);
        }
    }

    /// <summary>Quotes, and adds keys, certificates and the event log.</summary>
    public PlatformEvidence Collect(ReadOnlySpan<byte> nonce, PcrSet pcrs) => PlatformEvidenceCollector.Combine(this, Quote(nonce, pcrs), EventLog);

    /// <summary>The secret of a challenge made for this TPM's two keys; null for any other challenge.</summary>
    public byte[]? ActivateCredential(CredentialChallenge challenge)
    {
        ArgumentNullException.ThrowIfNull(challenge);
        lock (_lock)
        {
            byte[]? seed = _ek.RecoverSeed(challenge.EncryptedSecret.Span);
            if (seed is null) return null;
            try
            {
                return CredentialProtection.Unwrap(seed, AkPublic.Name, challenge.CredentialBlob.Span);
            }
            finally
            {
                CryptographicOperations.ZeroMemory(seed);
            }
        }
    }

    /// <inheritdoc/>
    ValueTask<ReadOnlyMemory<byte>> IAttestingTpm.ReadEventLogAsync(CancellationToken cancellation) => ValueTask.FromResult(EventLog);

    /// <inheritdoc/>
    ValueTask<ReadOnlyMemory<byte>?> IAttestingTpm.ReadImaListAsync(CancellationToken cancellation)
    {
        lock (_lock) return ValueTask.FromResult(_imaList.Length == 0 ? default(ReadOnlyMemory<byte>?) : _imaList);
    }

    /// <inheritdoc/>
    ValueTask<TpmQuote> IAttestingTpm.QuoteAsync(ReadOnlyMemory<byte> nonce, PcrSet pcrs, CancellationToken cancellation) => ValueTask.FromResult(Quote(nonce.Span, pcrs));

    /// <inheritdoc/>
    ValueTask<byte[]?> IAttestingTpm.ActivateCredentialAsync(CredentialChallenge challenge, CancellationToken cancellation) => ValueTask.FromResult(ActivateCredential(challenge));

    /// <summary>The same TPM behind commands: with its endorsement key, certificate, PCRs and counters, and what is made by commands. This TPM stays the caller's.</summary>
    public ITpm OpenDevice() => new DevelopmentTpmDevice(this);

    /// <summary>Values of all 24 PCRs.</summary>
    internal PcrBank Pcrs
    {
        get
        {
            lock (_lock) return _pcrs;
        }
    }

    internal DevelopmentEk EndorsementKey => _ek;

    internal TpmClockInfo ClockInfo
    {
        get
        {
            lock (_lock) return new TpmClockInfo(Clock(), _resetCount, 0, IsSafe: true);
        }
    }

    /// <summary>PCR := H(PCR ‖ digest).</summary>
    internal void Extend(int index, ReadOnlySpan<byte> digest)
    {
        lock (_lock)
        {
            byte[] value = SHA256.HashData([.. _pcrs[index].Span, .. digest]);
            _pcrs = new PcrBank(TpmAlgorithm.Sha256, Enumerable.Range(0, PcrSet.Count).Select(other => KeyValuePair.Create(other, other == index ? value : _pcrs[other])));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ek.Dispose();
        _ak.Dispose();
    }

    private ulong Clock() => _clockAtStart + (ulong)Math.Max(0, (long)_time.GetElapsedTime(_startedAt).TotalMilliseconds);

    // A real TPM is extended event by event; replaying the log gives the same values. PCRs without events stay as after a reset.
    private static (DevelopmentBoot Boot, byte[] Log, PcrBank Pcrs) Start(DevelopmentBoot boot)
    {
        byte[] log = DevelopmentEventLog.Write(boot);
        Attestation.EventLog parsed = Attestation.EventLog.TryParse(log) ?? throw new InvalidOperationException("A log made here does not parse.");
        PcrBank extended = EventLogReplay.Replay(parsed, TpmAlgorithm.Sha256) ?? throw new InvalidOperationException("A log made here does not replay.");
        return (boot, log, new PcrBank(TpmAlgorithm.Sha256, Enumerable.Range(0, PcrSet.Count).Select(index =>
            KeyValuePair.Create(index, extended.Pcrs.Contains(index) ? extended[index] : AfterReset(index)))));
    }

    private static ReadOnlyMemory<byte> AfterReset(int index)
    {
        var value = new byte[32];
        if (index is >= 17 and <= 22) value.AsSpan().Fill(0xFF);
        return value;
    }
}
