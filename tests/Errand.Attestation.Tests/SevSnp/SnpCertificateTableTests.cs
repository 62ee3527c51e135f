using System.Buffers.Binary;
using CsCheck;
using Errand.Tests;

namespace Errand.Attestation.Tests;

public sealed class SnpCertificateTableTests
{
    private const int EntrySize = 24, OffsetAt = 16, SizeAt = 20;
    private static readonly byte[] Table = SnpTables.Of((SnpTables.Ark, [3]), ("92f81bc3-5811-4d3d-97ff-d19f88dc67ea", [9, 9]), (SnpTables.Vcek, [1]), (SnpTables.Ask, [2, 2]));

    [Fact]
    public void Guids_are_those_of_the_standard_byte_for_byte() =>
        Assert.Equal("8D75DA6364E66445ADC5F4B93BE8ACCD", Convert.ToHexString(Table.AsSpan(2 * EntrySize, OffsetAt)));

    [Fact]
    public void Chain_comes_leaf_first_whatever_the_order_and_what_else_is_there() =>
        Assert.Equal(["01", "0202", "03"], SnpCertificateTable.TryRead(Table)!.Chain!.Select(item => Convert.ToHexString(item.Span)));

    [Theory]
    [InlineData(SnpTables.Vcek)]
    [InlineData(SnpTables.Ask)]
    [InlineData(SnpTables.Ark)]
    public void Chain_that_lacks_one_is_none(string guid)
    {
        (string Guid, byte[] Content)[] all = [(SnpTables.Vcek, [1]), (SnpTables.Ask, [2]), (SnpTables.Ark, [3])];
        Assert.Null(SnpCertificateTable.TryRead(SnpTables.Of([.. all.Where(entry => entry.Guid != guid)]))!.Chain);
    }

    [Fact]
    public void Vlek_stands_in_for_a_vcek_and_not_before_it()
    {
        Assert.Equal([7], SnpCertificateTable.TryRead(SnpTables.Of((SnpTables.Vlek, [7]), (SnpTables.Ask, [2]), (SnpTables.Ark, [3])))!.Chain![0].ToArray());
        Assert.Equal([1], SnpCertificateTable.TryRead(SnpTables.Of((SnpTables.Vlek, [7]), (SnpTables.Vcek, [1]), (SnpTables.Ask, [2]), (SnpTables.Ark, [3])))!.Chain![0].ToArray());
    }

    [Fact]
    public void Host_that_gives_no_certificates_gives_a_table_without_a_chain()
    {
        Assert.Null(SnpCertificateTable.TryRead(new byte[EntrySize])!.Chain);
        Assert.Null(SnpCertificateTable.TryRead(new byte[0x4000])!.Chain);
    }

    [Fact]
    public void Table_that_points_outside_of_its_contents_or_has_no_end_is_refused()
    {
        Assert.Null(SnpCertificateTable.TryRead([]));
        Assert.Null(SnpCertificateTable.TryRead(Table.AsSpan(0, 4 * EntrySize)));
        Assert.Null(SnpCertificateTable.TryRead(Table.AsSpan(0, Table.Length - 1)));
        Assert.Null(SnpCertificateTable.TryRead(new byte[SnpCertificateTable.SizeMax + 1]));
        Assert.Null(SnpCertificateTable.TryRead(SnpTables.Of([.. Enumerable.Repeat((SnpTables.Ark, new byte[] { 1 }), 40)])));
        Assert.Null(SnpCertificateTable.TryRead(SnpTables.Of((SnpTables.Ark, [1]), (SnpTables.Ark, [2]))));
        foreach (uint offset in (uint[])[0, 5 * EntrySize - 1, (uint)Table.Length, (uint)Table.Length + 1, uint.MaxValue]) Assert.Null(SnpCertificateTable.TryRead(With(OffsetAt, offset)));
        foreach (uint size in (uint[])[0, (uint)Table.Length, uint.MaxValue]) Assert.Null(SnpCertificateTable.TryRead(With(SizeAt, size)));
    }

    [Fact]
    public void Any_bytes_are_read_or_refused_without_a_fault() => Gen.Select(Gen.Int[0, Table.Length - 1], Gen.Byte, Gen.Int[0, Table.Length]).Sample(
        (at, value, size) =>
        {
            byte[] bytes = [.. Table];
            bytes[at] = value;
            _ = SnpCertificateTable.TryRead(bytes);
            _ = SnpCertificateTable.TryRead(bytes.AsSpan(0, size));
        }, iter: 20_000);

    private static byte[] With(int at, uint value)
    {
        byte[] table = [.. Table];
        BinaryPrimitives.WriteUInt32LittleEndian(table.AsSpan(at), value);
        return table;
    }
}
