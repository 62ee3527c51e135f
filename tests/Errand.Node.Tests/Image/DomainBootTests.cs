using Errand.Attestation;
using Errand.Attestation.Tests;
using Errand.Enclave;
using Errand.Enclave.Tests;
using Errand.Protocol;

namespace Errand.Node.Tests;

/// <summary>The reference value of a TDX domain that was booted, its kernel played.</summary>
public sealed class DomainBootTests
{
    private static readonly TdReport Report = TdReport.TryParse(Bodies.Td())!;

    private static readonly VmReferences Image = new(default, default, default, default, default, default, default, Report.Rtmr(1), Report.Rtmr(2));

    [Fact]
    public async Task Reference_value_is_what_the_quote_says_and_matches_it()
    {
        TdxReference taken = await TakeAsync(Bodies.Td(), Report.MrTd, Image);
        Assert.Null(taken.FirstDifference(Report));
        Assert.Equal(Report.Rtmr(3).ToArray(), taken.Rtmr3.ToArray());
        Assert.True(TdxTuples.TryDecodeReference(TdxTuples.Encode(taken), out _));
    }

    [Fact]
    public async Task Boot_of_something_else_than_the_files_is_refused_by_register()
    {
        var other = new byte[TdReport.RegisterSize];
        Assert.Contains("MRTD", await RefusalAsync(Bodies.Td(), other, Image), StringComparison.Ordinal);
        Assert.Contains("RTMR 1", await RefusalAsync(Bodies.Td(), Report.MrTd, Image with { Rtmr1 = other }), StringComparison.Ordinal);
        Assert.Contains("RTMR 2", await RefusalAsync(Bodies.Td(), Report.MrTd, Image with { Rtmr2 = other }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0x78, 0x01)] // DEBUG
    [InlineData(0x7B, 0x20)] // MIGRATABLE
    public async Task Domain_that_no_network_takes_has_no_reference_value(int place, byte bit)
    {
        byte[] body = Bodies.Td();
        body[place] |= bit;
        Assert.Contains("no network takes", await RefusalAsync(body, Report.MrTd, Image), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Machine_without_a_quote_is_refused()
    {
        var launcher = new PlayedLauncher(cancellation => OwnReportEnclave.LaunchAsync(new TsmKernel { Provider = "tdx_guest\n", Counts = 2 }, TsmProvider.TdxGuest, cancellation));
        InvalidDataException none = await Assert.ThrowsAsync<InvalidDataException>(() => DomainBoot.TakeAsync(launcher, Report.MrTd, Image, "image", TestContext.Current.CancellationToken));
        Assert.Contains("abort/report", none.Message, StringComparison.Ordinal);
    }

    private static async Task<string> RefusalAsync(byte[] body, ReadOnlyMemory<byte> mrtd, VmReferences image) => (await Assert.ThrowsAsync<InvalidDataException>(() => TakeAsync(body, mrtd, image))).Message;

    private static Task<TdxReference> TakeAsync(byte[] body, ReadOnlyMemory<byte> mrtd, VmReferences image)
    {
        byte[] Quote(byte[] reportData)
        {
            reportData.CopyTo(body, 0x208);
            return QuoteMaker.Make(IntelVendor.Shared, new QuoteOptions { Body = body });
        }
        var launcher = new PlayedLauncher(cancellation => OwnReportEnclave.LaunchAsync(new TsmKernel { Provider = "tdx_guest\n", Report = Quote, Auxiliary = null }, TsmProvider.TdxGuest, cancellation));
        return DomainBoot.TakeAsync(launcher, mrtd, image, "image", TestContext.Current.CancellationToken);
    }

    private sealed class PlayedLauncher(Func<CancellationToken, Task<IEnclaveSession>> launch) : IEnclaveLauncher
    {
        public ReadOnlyMemory<byte> Measurement => throw new NotSupportedException("Nobody asks.");

        public bool Fits(TaskLimits limits, long heldBytes) => throw new NotSupportedException("There is no task.");

        public async Task<EnclaveAnswer<IEnclaveSession>> LaunchAsync(CancellationToken cancellation) => new(AbortReason.None, await launch(cancellation));

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
