namespace Errand.Attestation.Tests;

/// <summary>What a made quote says. Everything can be changed before it is signed, and the bytes after.</summary>
internal sealed record QuoteOptions
{
    public int Version { get; init; } = 4;

    public IntelTeeType Tee { get; init; } = IntelTeeType.Tdx;

    public QuoteBodyType BodyType { get; init; } = QuoteBodyType.TdReport10;

    public byte[] Body { get; init; } = Bodies.Td();

    public byte[] QeReport { get; init; } = Bodies.Qe(signer: 0xDC, product: 2);

    public byte[] AuthenticationData { get; init; } = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    public ushort CertificationType { get; init; } = QuoteSignature.PckCertificateChain;

    /// <summary>Null for the platform's chain.</summary>
    public byte[]? CertificationData { get; init; }

    public PckOptions Pck { get; init; } = new();

    /// <summary>Changes the quoting enclave's report after the attestation key was bound to it, and before it is signed.</summary>
    public Action<byte[]>? ChangeQeReport { get; init; }

    /// <summary>Changes header and body before they are signed.</summary>
    public Action<byte[]>? ChangeSigned { get; init; }

    public static QuoteOptions Tdx15 { get; } = new() { Version = 5, BodyType = QuoteBodyType.TdReport15, Body = Bodies.Td(size: TdReport.Size15) };

    public static QuoteOptions Sgx { get; } = new()
    {
        Version = 3,
        Tee = IntelTeeType.Sgx,
        BodyType = QuoteBodyType.SgxReport,
        Body = Bodies.Enclave(),
        QeReport = Bodies.Qe(signer: 0x8C, product: 1),
    };
}
