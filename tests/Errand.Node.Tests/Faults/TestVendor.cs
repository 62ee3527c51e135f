using System.Security.Cryptography;
using Errand.Platform;

namespace Errand.Node.Tests;

/// <summary>The vendor of all development hardware of one test run: its RSA keys take seconds to make.</summary>
internal static class TestVendor
{
    private static readonly Lazy<byte[]> Made = new(() =>
    {
        using DevelopmentVendor vendor = DevelopmentVendor.Create(RandomNumberGenerator.GetBytes(DevelopmentVendor.SeedSize));
        return vendor.Export();
    });

    public static byte[] State => Made.Value;

    public static DevelopmentVendor Open() => DevelopmentVendor.Import(State)!;
}
