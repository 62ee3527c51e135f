using System.Globalization;
using Errand.Attestation;

namespace Errand.Cli;

/// <summary>Codes of the reason numbers in verdicts.</summary>
internal static class VerdictReasons
{
    public static string Code(ulong reason) => reason <= int.MaxValue && Enum.IsDefined((AttestationReason)reason)
        ? $"reject/{((AttestationReason)reason).ToCode()}"
        : string.Create(CultureInfo.InvariantCulture, $"reject/{reason}");
}
