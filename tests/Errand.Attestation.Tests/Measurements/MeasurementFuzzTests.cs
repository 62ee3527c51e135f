using CsCheck;
using System.Security.Cryptography;

namespace Errand.Attestation.Tests;

public sealed class MeasurementFuzzTests
{
    // Images are large: their table and metadata are mutated, at the end of zero bytes.
    private const int TailSize = 3072;

    [Fact]
    public void Images_never_make_a_calculator_throw()
    {
        FirmwareImage both = FirmwareImage.Sev();
        both.AddTdxMetadata((0, 4096, 0xFFFF_F000, 0x1000, 0, 1), (0, 0, 0x80_9000, 0x2000, 2, 0));
        byte[][] samples = [FirmwareImage.Sev().Make()[^TailSize..], both.Make()[^TailSize..]];
        var boot = new DirectBoot(default, default, "");
        var processors = new SevProcessors(2, default, 1, VmmKind.Qemu);
        Mutation.Of(samples).Sample(tail =>
        {
            var image = new byte[8192];
            tail.AsSpan(0, Math.Min(tail.Length, image.Length)).CopyTo(image.AsSpan(image.Length - Math.Min(tail.Length, image.Length)));
            if (SevFirmware.TryRead(image, out MeasurementError error) is not { } firmware) Assert.NotEqual(MeasurementError.None, error);
            else if (firmware.Sections.Sum(section => section.Size) < 1 << 20)
            {
                bool made = SnpLaunchDigest.Calculate(firmware, processors, boot, out error) is not null;
                Assert.Equal(made, error == MeasurementError.None);
            }
            if (TdxFirmware.TryRead(image, out error) is not { } domain) Assert.NotEqual(MeasurementError.None, error);
            else if (domain.Sections.All(section => section.Size < 1 << 20)) Assert.Equal(48, TdxMrTd.Calculate(domain, TdxPageOrder.PageByPage).Length);
        }, iter: Mutation.Iterations, threads: 1);
    }

    [Fact]
    public void Kernels_never_make_the_hash_throw() => Mutation.Of([PeFile.Make(signature: 0), PeFile.Make(signature: 64)]).Sample(bytes =>
    {
        if (PeImage.TryHash(bytes, HashAlgorithmName.SHA256) is { } hash) Assert.Equal(32, hash.Length);
        if (LinuxBootHeader.TryFill(bytes, 4096, 1 << 28) is { } filled) Assert.Equal(bytes.Length, filled.Length);
    }, iter: Mutation.Iterations, threads: 1);
}
