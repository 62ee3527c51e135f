namespace Errand.Enclave;

/// <summary>A kernel module of the guest.</summary>
/// <param name="Name">Its name in the kernel.</param>
/// <param name="File">Its file, in the kernel package and in the initrd's folder of modules.</param>
/// <param name="Provider">Whose reports it gives; <see cref="TsmProvider.None"/> for what the others need.</param>
public sealed record GuestModule(string Name, string File, TsmProvider Provider)
{
    /// <summary>The initrd's folder of modules.</summary>
    public const string Folder = "modules";

    /// <summary>
    /// All modules, in the order in which they are loaded. The SEV-SNP driver seals its requests with gcm(aes), which the kernel would have a
    /// program look for that is not here; the rest of that cipher is built in.
    /// </summary>
    public static IReadOnlyList<GuestModule> All { get; } =
    [
        new("crypto_null", "crypto_null.ko.xz", TsmProvider.None),
        new("gf128mul", "gf128mul.ko.xz", TsmProvider.None),
        new("ghash_generic", "ghash-generic.ko.xz", TsmProvider.None),
        new("gcm", "gcm.ko.xz", TsmProvider.None),
        new("configfs", "configfs.ko.xz", TsmProvider.None),
        new("tsm", "tsm.ko.xz", TsmProvider.None),
        new("sev_guest", "sev-guest.ko.xz", TsmProvider.SevGuest),
        new("tdx_guest", "tdx-guest.ko.xz", TsmProvider.TdxGuest),
    ];
}
