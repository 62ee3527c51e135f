using System.Text;

namespace Errand.Attestation.Tests;

public sealed class BootFactsTests
{
    private const TpmAlgorithm Bank = TpmAlgorithm.Sha256;
    private static readonly byte[] Owner = Enumerable.Range(0, 16).Select(i => (byte)i).ToArray();

    [Fact]
    public void Databases_are_read_before_the_separator_and_authorities_after_it()
    {
        byte[] certificate = ChainMaker.Root();
        EventLog log = EventLog.TryParse(LogMaker.Log(Bank,
            Variable(LogMaker.SecureBootOn),
            Variable(LogMaker.Variable("PK", List("a159c0a5e494a74a87b5ab155c2bf072", certificate))),
            Variable(LogMaker.Variable("KEK", [])),
            Variable(LogMaker.Variable("db", [.. List("a159c0a5e494a74a87b5ab155c2bf072", certificate), .. List("2616c4c14c509240aca941f936934328", new byte[32], new byte[32])], isDatabase: true)),
            Variable(LogMaker.Variable("dbx", [1, 2, 3], isDatabase: true)),
            Event(7, EventTypes.Separator, new byte[4]),
            Variable(LogMaker.Variable("PK", [])),
            Event(7, EventTypes.EfiVariableAuthority, LogMaker.Variable("db", [.. Owner, .. certificate], isDatabase: true))))!;
        SecureBootFacts facts = SecureBootFacts.Read(log, Bank);
        Assert.True(facts.Enabled);
        EfiSignature key = Assert.Single(facts.PlatformKey!);
        Assert.Equal((EfiSignatureKind.Certificate, new Guid(Owner)), (key.Kind, key.Owner));
        Assert.Equal(certificate, key.Data.ToArray());
        Assert.Empty(facts.KeyExchangeKeys!);
        Assert.Equal([EfiSignatureKind.Certificate, EfiSignatureKind.Sha256, EfiSignatureKind.Sha256], facts.Allowed!.Select(signature => signature.Kind));
        Assert.Null(facts.Forbidden);
        EfiVariable authority = Assert.Single(facts.Authorities);
        Assert.Equal(certificate, EfiSignature.TryParseData(authority.Data)!.Data.ToArray());
    }

    [Fact]
    public void Variable_that_is_not_what_was_measured_or_comes_twice_says_nothing()
    {
        byte[] key = LogMaker.Variable("PK", List("a159c0a5e494a74a87b5ab155c2bf072", ChainMaker.Root()));
        Assert.Null(Read(LogMaker.Event(Bank, 7, EventTypes.EfiVariableDriverConfig, [1], key)).PlatformKey);
        Assert.Null(Read(Variable(key), Variable(key)).PlatformKey);
        Assert.Null(Read(Event(1, EventTypes.EfiVariableDriverConfig, key)).PlatformKey);
        Assert.Null(Read(Variable(LogMaker.Variable("PK", [], isDatabase: true))).PlatformKey);
        Assert.NotNull(Read(Variable(key)).PlatformKey);

        static SecureBootFacts Read(params byte[][] events) => SecureBootFacts.Read(EventLog.TryParse(LogMaker.Log(Bank, events))!, Bank);
    }

    [Fact]
    public void Signature_lists_must_add_up()
    {
        byte[] good = List("2616c4c14c509240aca941f936934328", new byte[32]);
        Assert.Single(EfiSignature.TryParseLists(good)!);
        Assert.Empty(EfiSignature.TryParseLists(default)!);
        for (int size = 1; size < good.Length; size++) Assert.Null(EfiSignature.TryParseLists(good.AsMemory(0, size)));
        Assert.Null(EfiSignature.TryParseLists(With(good, 16, 27)));
        Assert.Null(EfiSignature.TryParseLists(With(good, 20, 1)));
        Assert.Null(EfiSignature.TryParseLists(With(good, 23, 0xFF)));
        Assert.Null(EfiSignature.TryParseLists(With(good, 24, 16)));
        Assert.Null(EfiSignature.TryParseLists(With(good, 24, 0)));
        Assert.Null(EfiSignature.TryParseLists(With(good, 27, 0xFF)));
        Assert.Null(EfiSignature.TryParseData(new byte[16]));

        static byte[] With(byte[] bytes, int place, byte value) => [.. bytes[..place], value, .. bytes[(place + 1)..]];
    }

    [Fact]
    public void Command_lines_count_only_as_measured()
    {
        byte[] stub = Encoding.Unicode.GetBytes("root=/dev/sda quiet\0");
        BootLoaderFacts facts = BootLoaderFacts.Read(EventLog.TryParse(LogMaker.Log(Bank,
            LogMaker.Event(Bank, 8, EventTypes.Ipl, "linux /vmlinuz"u8.ToArray(), "grub_cmd: linux /vmlinuz\0"u8.ToArray()),
            LogMaker.Event(Bank, 8, EventTypes.Ipl, "/vmlinuz ro"u8.ToArray(), "kernel_cmdline: /vmlinuz ro\0"u8.ToArray()),
            LogMaker.Event(Bank, 8, EventTypes.Ipl, "/vmlinuz rw"u8.ToArray(), "kernel_cmdline: /vmlinuz ro\0"u8.ToArray()),
            LogMaker.Event(Bank, 12, EventTypes.Ipl, stub, stub),
            LogMaker.Event(Bank, 12, EventTypes.Ipl, [1], stub)))!, Bank);
        Assert.Equal(["linux /vmlinuz"], facts.GrubCommands);
        Assert.Equal(["/vmlinuz ro", "root=/dev/sda quiet"], facts.KernelCommandLines);
    }

    [Fact]
    public void Real_logs_tell_of_their_boot()
    {
        EventLog rhel = EventLog.TryParse(Log("gce-rhel8-secureboot"))!;
        SecureBootFacts secure = SecureBootFacts.Read(rhel, Bank);
        Assert.True(secure.Enabled);
        Assert.Equal(EfiSignatureKind.Certificate, Assert.Single(secure.PlatformKey!).Kind);
        Assert.All(secure.Allowed!.Where(signature => signature.Kind == EfiSignatureKind.Certificate), signature => Assert.NotNull(Certificate.TryParse(signature.Data)));
        Assert.Contains(secure.Forbidden!, signature => signature.Kind == EfiSignatureKind.Sha256);
        Assert.NotEmpty(secure.Authorities);

        BootLoaderFacts loader = BootLoaderFacts.Read(CcEventLog.TryParse(Corpus.File("tdx", "v4-00806f-gcp-ccel", "ccel.bin"))!, TpmAlgorithm.Sha384);
        Assert.StartsWith("/syslinux/vmlinuz.A", Assert.Single(loader.KernelCommandLines), StringComparison.Ordinal);
        Assert.Contains("set timeout=0", loader.GrubCommands);
        Assert.Contains(BootLoaderFacts.Read(rhel, Bank).ImagePaths, path => path.EndsWith(".efi", StringComparison.OrdinalIgnoreCase));
        Assert.Equal(" console=ttyS0 console=tty0 efi=debug ", BootLoaderFacts.Read(EventLog.TryParse(Log("systemd-boot-fedora37"))!, Bank).KernelCommandLines[0]);
    }

    private static byte[] Log(string name) => File.ReadAllBytes(Directory.GetFiles(Path.Combine(Errand.Tests.Vectors.Folder("eventlog"), name)).Single(file => !file.EndsWith(".json", StringComparison.Ordinal)));

    private static byte[] Variable(byte[] data) => Event(7, EventTypes.EfiVariableDriverConfig, data);

    private static byte[] Event(uint pcr, uint type, byte[] data) => LogMaker.Event(Bank, pcr, type, data, data);

    private static byte[] List(string kind, params byte[][] entries)
    {
        int size = 16 + entries[0].Length;
        return [.. Convert.FromHexString(kind), .. LogMaker.UInt32((uint)(28 + size * entries.Length)), 0, 0, 0, 0, .. LogMaker.UInt32((uint)size), .. entries.SelectMany(entry => Owner.Concat(entry))];
    }
}
