namespace Errand.Attestation.Tests;

/// <summary>What a made PCK certificate says of its platform.</summary>
internal sealed record PckOptions
{
    public byte[] Ppid { get; init; } = [.. Enumerable.Range(0x10, 16).Select(i => (byte)i)];

    public byte[] Components { get; init; } = [5, 5, 2, 2, 4, 1, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0];

    public int PceSvn { get; init; } = 13;

    public byte[] PceId { get; init; } = [0, 0];

    public byte[] Fmspc { get; init; } = [0x90, 0xC0, 0x6F, 0, 0, 0];

    public SgxType SgxType { get; init; } = SgxType.Scalable;

    /// <summary>Null for a certificate of the Processor CA.</summary>
    public byte[]? Instance { get; init; } = [.. Enumerable.Range(0x40, 16).Select(i => (byte)i)];

    public string Subject { get; init; } = "Intel SGX PCK Certificate";

    /// <summary>Replaces the extension's value.</summary>
    public byte[]? Extension { get; init; }

    public string Issuer => Instance is null ? "Intel SGX PCK Processor CA" : "Intel SGX PCK Platform CA";
}
