using Errand.Attestation;
using Errand.Attestation.Tests;
using Errand.Enclave;
using Errand.Enclave.Tests;
using Errand.Protocol;
using Errand.Protocol.Tests;
using Microsoft.Extensions.Logging.Abstractions;
using TeeKind = Errand.Protocol.TeeKind;

namespace Errand.Node.Tests;

/// <summary>Virtual machines of executors outside a development network's host: what is measured of them, and what they are refused for before anything runs.</summary>
public sealed class ExecutorMachinesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(NodeMachines.SevSnp)]
    [InlineData(NodeMachines.Tdx)]
    public void Machines_are_taken_when_the_network_lists_what_the_processor_measures_of_them(string tee)
    {
        Assert.SkipWhen(!VmImage.IsIn(VmFiles.Folder), "There is no image: make it with image/build.");
        NodeMachines place = Place(tee);
        ExecutorMachines machines = ExecutorMachines.Open(place);
        Assert.Equal(tee == NodeMachines.Tdx ? TeeKind.Tdx : TeeKind.SevSnp, machines.Kind);
        Assert.Equal("enrol/not-listed", Refusal(machines, Terms()));
        Assert.Equal("enrol/not-listed", Refusal(machines, Terms(Reference(machines, new byte[48]))));
        // Listed, and this host has no such hardware: that comes next, with what to do.
        string listed = Refusal(machines, Terms(Reference(machines, machines.Measurement)));
        Assert.Equal(VmHost.Examine(machines.Profile.Mode).Code(), listed);
        Assert.Equal(listed, Assert.Throws<EnrolmentException>(() => machines.MakeLauncher(NullLoggerFactory.Instance)).Code);
    }

    [Fact]
    public void Another_byte_of_the_firmware_is_another_machine_and_a_withdrawn_one_is_none()
    {
        Assert.SkipWhen(!VmImage.IsIn(VmFiles.Folder), "There is no image: make it with image/build.");
        NodeMachines place = Place(NodeMachines.SevSnp);
        ExecutorMachines before = ExecutorMachines.Open(place);
        byte[] firmware = File.ReadAllBytes(place.Firmware!);
        firmware[100] ^= 1;
        File.WriteAllBytes(place.Firmware!, firmware);
        ExecutorMachines after = ExecutorMachines.Open(place);
        Assert.NotEqual(before.Measurement.ToArray(), after.Measurement.ToArray());
        Assert.Equal("enrol/not-listed", Refusal(after, Terms(Reference(before, before.Measurement))));
    }

    [Fact]
    public void What_is_missing_or_no_firmware_is_refused_with_what_to_do()
    {
        Assert.SkipWhen(!VmImage.IsIn(VmFiles.Folder), "There is no image: make it with image/build.");
        NodeMachines place = Place(NodeMachines.SevSnp);
        foreach (NodeMachines wrong in new[] { place with { Image = _folder.Path }, place with { Firmware = Path.Combine(_folder.Path, "none") }, place with { Firmware = null }, place with { Tee = "sgx" }, place with { MemoryMiB = 16 }, place with { MemoryMiB = int.MaxValue }, place with { Firmware = Path.Combine(VmFiles.Folder, VmImage.CommandLineName) } })
            Assert.Equal("node/machines", Assert.Throws<EnrolmentException>(() => ExecutorMachines.Open(wrong)).Code);
    }

    [Fact]
    public void Processor_of_confidential_machines_answers_to_them_alone_and_TDX_has_its_collateral_read_anew()
    {
        Assert.SkipWhen(!VmImage.IsIn(VmFiles.Folder), "There is no image: make it with image/build.");
        string folder = Directory.CreateDirectory(Path.Combine(_folder.Path, "collateral")).FullName;
        Machine machine = ExecutorMachines.Open(Place(NodeMachines.Tdx) with { Collateral = folder }).Stand(new Machine(null!, null), null!);
        Assert.Null(machine.Tee);
        Assert.NotNull(machine.Platform);
        Assert.Empty(machine.Collateral!().Files);
        File.WriteAllBytes(Path.Combine(folder, "anything.json"), new IntelScene(new QuoteOptions()).Collateral().TcbInfo.ToArray());
        Assert.Equal(EvidenceRole.TcbInfo, Assert.Single(machine.Collateral().Files).Role);
        Directory.Delete(folder, recursive: true);
        Assert.ThrowsAny<IOException>(() => machine.Collateral());
    }

    private static string Refusal(ExecutorMachines machines, NetworkTerms terms) => Assert.Throws<EnrolmentException>(() => machines.RequirePlace(terms)).Code;

    private static NetworkTerms Terms(params ReferenceValue[] references) => NetworkTerms.Of(TestGenesis.Create(new TestActor("machines", "ledger"), [], [])) with { ReferenceValues = [.. references] };

    private static ReferenceValue Reference(ExecutorMachines machines, ReadOnlyMemory<byte> measurement)
    {
        if (machines.Kind == TeeKind.SevSnp)
        {
            return new ReferenceValue(TeeKind.SevSnp, SnpTuples.Encode(new SnpReference
            {
                Name = "listed", ProductLine = SnpProductLine.Genoa, Measurement = measurement, Policy = new SnpGuestPolicy(machines.Profile.SnpPolicy), Vmpl = 0, GuestSvn = 0, FamilyId = new byte[16], ImageId = new byte[16],
                HostData = new byte[32], IdKeyDigest = new byte[48], AuthorKeyDigest = new byte[48],
            }));
        }
        VmReferences image = VmReferences.Calculate(VmImage.Open(VmFiles.Folder), machines.Profile, out _)!;
        return new ReferenceValue(TeeKind.Tdx, TdxTuples.Encode(PlayedDomains.Reference with { MrTd = measurement, Rtmr1 = image.Rtmr1, Rtmr2 = image.Rtmr2 }));
    }

    private NodeMachines Place(string tee)
    {
        string firmware = Path.Combine(_folder.Path, $"{tee}.fd");
        FirmwareImage made = FirmwareImage.Sev();
        // A boot volume that is measured, and memory that is not.
        if (tee == NodeMachines.Tdx) made.AddTdxMetadata((0, 0x1000, 0xFFFF_F000, 0x1000, 0, 1), (0, 0, 0x80_0000, 0x1000, 2, 0));
        File.WriteAllBytes(firmware, made.Make());
        return new NodeMachines { Tee = tee, Image = VmFiles.Folder, Firmware = firmware };
    }
}
