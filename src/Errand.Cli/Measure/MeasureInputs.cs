using System.Globalization;
using Errand.Attestation;
using Errand.Client;

namespace Errand.Cli;

/// <summary>Reads what measurements are made of, and says what is wrong with it.</summary>
internal static class MeasureInputs
{
    private const int KeySizeMax = 64 * 1024;

    public static byte[] ReadFirmware(CommandContext context, string file) => EvidenceFiles.ReadBytes(context, file, SevFirmware.SizeMax);

    public static SevFirmware ReadSevFirmware(CommandContext context, string file) =>
        SevFirmware.TryRead(ReadFirmware(context, file), out MeasurementError error) ?? throw Fault(error, file);

    public static byte[] ReadKernel(CommandContext context, string file) => EvidenceFiles.ReadBytes(context, file, PeImage.SizeMax);

    public static byte[] ReadKey(CommandContext context, string file) => EvidenceFiles.ReadBytes(context, file, KeySizeMax);

    public static EvidenceException Fault(MeasurementError error, string? file = null) =>
        new(new EvidenceFault($"measure/{error.ToCode()}", file is null ? error.Explain() : $"{file}: {error.Explain()}", "Compare the inputs with those of the machine. See: errand measure --help."));

    /// <summary>A number as 0x with hexadecimal digits, or in decimal digits.</summary>
    public static ulong Bits(string text, string option)
    {
        bool isHex = text.StartsWith("0x", StringComparison.Ordinal);
        return ulong.TryParse(isHex ? text.AsSpan(2) : text, isHex ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture, out ulong bits)
            ? bits
            : throw new ClientException(ClientError.Usage, $"{option} is a number such as 0x30000, not {text}.");
    }

    /// <summary>Bytes of a size in hexadecimal digits; zeros when none are given.</summary>
    public static byte[] Hex(string? text, int size, string option)
    {
        if (text is null) return new byte[size];
        return text.Length == 2 * size && text.All(char.IsAsciiHexDigit)
            ? Convert.FromHexString(text)
            : throw new ClientException(ClientError.Usage, $"{option} has {2 * size} hexadecimal digits.");
    }

    /// <summary>Bytes of memory, with K, M or G after the number for powers of 1024.</summary>
    public static ulong Memory(string text, string option)
    {
        int shift = text is [.., var unit] ? unit switch { 'K' => 10, 'M' => 20, 'G' => 30, _ => 0 } : 0;
        return ulong.TryParse(shift == 0 ? text : text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out ulong number) && number > 0 && number <= (1ul << 46) >> shift
            ? number << shift
            : throw new ClientException(ClientError.Usage, $"{option} is a size such as 512M or 4G.");
    }
}
