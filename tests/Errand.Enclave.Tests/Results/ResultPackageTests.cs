using CsCheck;
using Errand.Cryptography;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Enclave.Tests;

public sealed class ResultPackageTests
{
    private static readonly Gen<ResultPackage> Packages =
        Gen.Select(Gen.Dictionary(Gen.String[Gen.Char["abcXYZ019._-"], 1, 64].Where(ResultFile.IsName), Gen.Byte.Array[0, 300])[0, 32], Gen.Byte.Array[0, 100])
            .Select((files, log) => new ResultPackage([.. files.Select(file => new ResultFile(file.Key, file.Value))], log));

    [Fact]
    public void What_is_packed_is_unpacked_in_order_of_name() => Gen.Select(Packages, Gen.Long[1, 5000]).Sample(
        (package, padding) =>
        {
            ResultPackage? read = ResultPackage.TryDecode(package.EncodePadded(padding));
            return read is not null
                && read.Log.Span.SequenceEqual(package.Log.Span)
                && read.Files.Select(file => file.Name).SequenceEqual(package.Files.Select(file => file.Name).Order(StringComparer.Ordinal))
                && read.Files.All(file => file.Content.Span.SequenceEqual(package.Files.Single(other => other.Name == file.Name).Content.Span));
        },
        iter: 300);

    [Fact]
    public void T_92_size_depends_on_rounded_content_alone() => Gen.Select(Packages, Gen.Long[1, 5000]).Sample(
        (package, padding) =>
        {
            long content = package.Files.Sum(file => (long)file.Content.Length) + package.Log.Length;
            long rounded = Math.Max(padding, (content + padding - 1) / padding * padding);
            return package.EncodePadded(padding).Length == ResultPackage.FramingSize + rounded;
        },
        iter: 300);

    [Fact]
    public void Framing_has_room_for_the_most_and_longest_names()
    {
        ResultFile[] files = [.. Enumerable.Range(0, ResultPackage.FilesMax).Select(i => new ResultFile($"{i:d2}".PadRight(ResultFile.NameSizeMax, 'x'), new byte[70_000]))];
        var package = new ResultPackage(files, new byte[70_000]);
        Assert.NotNull(ResultPackage.TryDecode(package.EncodePadded(1)));
    }

    [Fact]
    public void Altered_packages_are_refused_or_encode_to_themselves()
    {
        byte[] good = new ResultPackage([new ResultFile("a", new byte[] { 1, 2 }), new ResultFile("b", new byte[] { 3 })], new byte[] { 4 }).EncodePadded(1);
        Gen.Select(Gen.Int[0, 60], Gen.Byte).Sample(
            (at, value) =>
            {
                byte[] bad = [.. good];
                bad[at] = value;
                return ResultPackage.TryDecode(bad) is not { } read || read.EncodePadded(1).AsSpan(0, 60).SequenceEqual(bad.AsSpan(0, 60));
            },
            iter: 5000);
        Assert.Null(ResultPackage.TryDecode(good.AsMemory(0, ResultPackage.FramingSize - 1)));
        byte[] trailing = [.. good];
        trailing[^1] = 1;
        Assert.Null(ResultPackage.TryDecode(trailing));
        byte[] huge = [.. good];
        huge.AsSpan(0, 8).Fill(0xff);
        Assert.Null(ResultPackage.TryDecode(huge));
    }

    [Theory]
    [InlineData("b", "a")]
    [InlineData("a", "a")]
    [InlineData("a", "../b")]
    [InlineData("a", ".b")]
    [InlineData("a", "")]
    public void Names_out_of_order_twice_or_harmful_are_refused(string first, string second)
    {
        CanonicalWriter map = new CanonicalWriter().Map(3).Key(0).UInt(1).Key(1).Array(2);
        map.Array(2).Text(first).Bytes([]).Array(2).Text(second).Bytes([]).Key(2).Bytes([]);
        var padded = new byte[ResultPackage.FramingSize + 1];
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(padded, map.Span.Length);
        map.Span.CopyTo(padded.AsSpan(8));
        Assert.Null(ResultPackage.TryDecode(padded));
    }

    [Fact]
    public void Content_key_opens_for_each_recipient_and_nobody_else()
    {
        using HpkePrivateKey first = HpkePrivateKey.Generate(HpkeSuite.Default), second = HpkePrivateKey.Generate(HpkeSuite.Create(HpkeKem.X25519HkdfSha256, HpkeAead.ChaCha20Poly1305));
        using HpkePrivateKey stranger = HpkePrivateKey.Generate(HpkeSuite.Default);
        using TaskFixture task = TaskFixture.OfText(Apps.Copy);
        var context = new TaskContext(task.Network, task.Task, 1, task.Submit);
        byte[] file = OutputGate.Seal(context, [first.PublicKey, second.PublicKey], [], new SandboxOutcome(OutcomeCode.Ok, [], default, 0), out SealedFileInfo info).ToArray();
        Assert.True(SealedFileHeader.TryReadSize(file.AsSpan(0, SealedFormat.PrefixSize), out int size));
        SealedFileHeader header = SealedFileHeader.TryParse(file.AsSpan(0, size))!;
        foreach (HpkePrivateKey recipient in new[] { first, second })
        {
            using ContentKey key = ResultPackage.TryOpenKey(header, task.Network, task.Task, recipient)!;
            Assert.NotNull(SealedFile.TryOpen(file, key, info.ContentId, out _));
        }
        Assert.Null(ResultPackage.TryOpenKey(header, task.Network, task.Task, stranger));
        Assert.Null(ResultPackage.TryOpenKey(header, task.Network, new TaskId(TaskFixture.Filled(1)), first));
    }
}
