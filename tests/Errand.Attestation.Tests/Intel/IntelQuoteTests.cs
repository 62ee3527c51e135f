using System.Buffers.Binary;

namespace Errand.Attestation.Tests;

/// <summary>What is read as a quote, and what is not.</summary>
public sealed class IntelQuoteTests
{
    [Theory]
    [InlineData("tdx-4", QuoteBodyType.TdReport10, 48)]
    [InlineData("tdx-5-1.0", QuoteBodyType.TdReport10, 54)]
    [InlineData("tdx-5-1.5", QuoteBodyType.TdReport15, 54)]
    [InlineData("sgx-3", QuoteBodyType.SgxReport, 48)]
    [InlineData("sgx-5", QuoteBodyType.SgxReport, 54)]
    public void Parts_are_where_the_version_puts_them(string kind, QuoteBodyType type, int bodyOffset)
    {
        QuoteOptions options = IntelVerifierTests.OptionsOf(kind);
        byte[] bytes = Bytes(kind);
        IntelQuote quote = IntelQuote.TryParse([.. bytes, 1, 2, 3])!;
        Assert.Equal(bytes, quote.Encoded.ToArray());
        Assert.Equal((options.Version, options.Tee, type), (quote.Version, quote.TeeType, quote.BodyType));
        Assert.Equal(bytes[..(bodyOffset + options.Body.Length)], quote.Signed.ToArray());
        Assert.Equal(options.Body, quote.Body.ToArray());
        Assert.Equal(bytes.Length - quote.Signed.Length - 4, quote.SignatureSize);
        Assert.Equal(options.AuthenticationData, quote.Signature.QeAuthenticationData.ToArray());
        Assert.Equal(Enumerable.Repeat((byte)0xAB, 20), quote.UserData.ToArray());
        Assert.Equal(type == QuoteBodyType.TdReport15, TdReport.TryParse(quote.Body)?.TeeTcbSvn2 is not null);
        Assert.Equal(type == QuoteBodyType.TdReport15, TdReport.TryParse(quote.Body)?.MrServiceTd is not null);
    }

    [Theory]
    [InlineData("tdx-4")]
    [InlineData("tdx-5-1.5")]
    [InlineData("sgx-3")]
    public void Quote_that_is_cut_anywhere_is_refused(string kind)
    {
        byte[] bytes = Bytes(kind);
        for (int size = 0; size < bytes.Length; size++) Assert.Null(IntelQuote.TryParse(bytes.AsSpan(0, size)));
    }

    [Theory]
    [InlineData("tdx-4", 0, 2)] // version
    [InlineData("tdx-4", 0, 3)] // TDX has none of version 3
    [InlineData("tdx-4", 0, 6)]
    [InlineData("tdx-4", 1, 1)]
    [InlineData("tdx-4", 2, 3)] // ECDSA P-384
    [InlineData("tdx-4", 4, 0x82)] // TEE type
    [InlineData("tdx-4", 5, 1)]
    [InlineData("tdx-4", 12, 0)] // QE vendor
    [InlineData("tdx-5-1.5", 48, 1)] // body types that are not the TEE's, or none
    [InlineData("tdx-5-1.5", 48, 2)]
    [InlineData("tdx-5-1.5", 48, 4)]
    [InlineData("tdx-5-1.5", 49, 1)]
    [InlineData("tdx-5-1.5", 50, 0)] // body size
    [InlineData("tdx-5-1.5", 53, 1)]
    [InlineData("sgx-5", 48, 2)]
    public void Value_that_is_not_known_is_refused(string kind, int offset, byte value)
    {
        byte[] bytes = Bytes(kind);
        bytes[offset] = value;
        Assert.Null(IntelQuote.TryParse(bytes));
    }

    [Fact]
    public void Size_that_its_parts_do_not_fill_is_refused()
    {
        byte[] bytes = Bytes("tdx-4");
        int signed = IntelQuote.HeaderSize + TdReport.Size10;
        int outer = signed + 4 + 128;
        int authentication = outer + 6 + SgxReport.Size + 64;
        int inner = authentication + 2 + 32;
        foreach (int delta in (int[])[-1, 1])
        {
            AssertRefused(signed, delta, 4);
            AssertRefused(outer + 2, delta, 4);
            AssertRefused(authentication, delta, 2);
            AssertRefused(inner + 2, delta, 4);
        }
        AssertRefused(outer, -1, 2); // certification data type 6 around the rest
        AssertRefused(inner, 1, 2); // within it only 1 to 5
        AssertRefused(inner, -5, 2);

        void AssertRefused(int offset, int delta, int size)
        {
            byte[] bad = [.. bytes];
            if (size == 2) BinaryPrimitives.WriteUInt16LittleEndian(bad.AsSpan(offset), (ushort)(BinaryPrimitives.ReadUInt16LittleEndian(bad.AsSpan(offset)) + delta));
            else BinaryPrimitives.WriteInt32LittleEndian(bad.AsSpan(offset), BinaryPrimitives.ReadInt32LittleEndian(bad.AsSpan(offset)) + delta);
            // One byte follows, so that a size that is one too long stays within the buffer.
            Assert.True(IntelQuote.TryParse([.. bad, 0]) is null, $"offset {offset}, {delta}");
        }
    }

    [Theory]
    [InlineData(uint.MaxValue)]
    [InlineData(0x8000_0000)]
    [InlineData(64u * 1024)]
    [InlineData(0u)]
    public void Signature_size_out_of_bounds_is_refused(uint size)
    {
        byte[] bytes = [.. Bytes("tdx-4"), .. new byte[100_000]];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(IntelQuote.HeaderSize + TdReport.Size10), size);
        Assert.Null(IntelQuote.TryParse(bytes));
    }

    [Fact]
    public void Qe_report_with_reserved_bytes_is_refused()
    {
        foreach (int offset in (int[])[0x15, 0x1F, 0x60, 0x7F, 0xA0, 0xBF, 0x106, 0x12F])
        {
            byte[] report = Bodies.Qe(0xDC, 2);
            report[offset] = 1;
            Assert.Null(IntelQuote.TryParse(QuoteMaker.Make(IntelVendor.Shared, new QuoteOptions { QeReport = report })));
        }
    }

    private static byte[] Bytes(string kind) => QuoteMaker.Make(IntelVendor.Shared, IntelVerifierTests.OptionsOf(kind));
}
