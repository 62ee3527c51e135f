using Errand.Tests;

namespace Errand.Enclave.Tests;

/// <summary>What virtual machines are started from in tests: QEMU, and the image that <c>image/build</c> makes.</summary>
internal static class VmFiles
{
    // A boot takes three seconds on an idle computer; here other tests run beside it.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    public static string Folder => Environment.GetEnvironmentVariable("ERRAND_IMAGE") is { Length: > 0 } set ? set : Path.Combine(Vectors.Repository(), "artifacts", "image");

    /// <summary>What is missing here, for people; null when nothing is.</summary>
    public static string? Missing =>
        !VmEnclaveLauncher.IsSupported ? "QEMU is not installed (Debian package qemu-system-x86)"
        : !VmImage.IsIn(Folder) ? $"there is no image in {Folder} (image/build makes one; or set ERRAND_IMAGE)"
        : null;

    public static VmEnclaveOptions Options(bool standby = false) =>
        new() { Image = VmImage.Open(Folder), Profile = VmProfile.Emulated, Warn = _ => { }, StartTimeout = Patience, Standby = standby };
}
