namespace Errand.Attestation;

/// <summary>How product lines are recognised.</summary>
public static class SnpProductLines
{
    /// <summary>The line of a processor by CPUID (AMD 56860, ATTESTATION_REPORT; combined family and model); null when unknown.</summary>
    public static SnpProductLine? FromCpuid(byte family, byte model) => (family, model) switch
    {
        (0x19, <= 0x0F) => SnpProductLine.Milan,
        (0x19, (>= 0x10 and <= 0x1F) or (>= 0xA0 and <= 0xAF)) => SnpProductLine.Genoa,
        (0x1A, <= 0x1F) => SnpProductLine.Turin,
        _ => null,
    };

    /// <summary>The line by the product name in a VCEK or VLEK certificate, which may carry a stepping: "Milan-B0"; null when unknown.</summary>
    public static SnpProductLine? FromProductName(string name) => name.Split('-')[0] switch
    {
        "Milan" => SnpProductLine.Milan,
        "Genoa" or "Bergamo" or "Siena" => SnpProductLine.Genoa,
        "Turin" => SnpProductLine.Turin,
        _ => null,
    };

    /// <summary>The class that a root must be pinned with.</summary>
    public static RootClass ToRootClass(this SnpProductLine line) => line switch
    {
        SnpProductLine.Milan => RootClass.SnpMilan,
        SnpProductLine.Genoa => RootClass.SnpGenoa,
        SnpProductLine.Turin => RootClass.SnpTurin,
        _ => throw new ArgumentOutOfRangeException(nameof(line)),
    };

    /// <summary>Bytes of CHIP_ID that name the chip: 64, from Turin on 8, the others being zero.</summary>
    public static int HardwareIdSize(this SnpProductLine line) => line == SnpProductLine.Turin ? 8 : SnpReport.ChipIdSize;
}
