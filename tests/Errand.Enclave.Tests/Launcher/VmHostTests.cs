namespace Errand.Enclave.Tests;

public sealed class VmHostTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("errand-host-");

    public void Dispose() => _root.Delete(recursive: true);

    [Theory]
    [InlineData(VmMode.Emulated, "", VmHostFault.None)]
    [InlineData(VmMode.Vtpm, "", VmHostFault.None)]
    [InlineData(VmMode.SevSnp, "", VmHostFault.NoKvm)]
    [InlineData(VmMode.Tdx, "", VmHostFault.NoKvm)]
    [InlineData(VmMode.SevSnp, "kvm", VmHostFault.NoSev)]
    [InlineData(VmMode.SevSnp, "kvm sev", VmHostFault.SnpOff)]
    [InlineData(VmMode.SevSnp, "kvm sev snp=N", VmHostFault.SnpOff)]
    [InlineData(VmMode.SevSnp, "kvm sev snp=Y", VmHostFault.None)]
    [InlineData(VmMode.SevSnp, "sev snp=Y", VmHostFault.NoKvm)]
    [InlineData(VmMode.Tdx, "kvm", VmHostFault.TdxOff)]
    [InlineData(VmMode.Tdx, "kvm tdx=N", VmHostFault.TdxOff)]
    [InlineData(VmMode.Tdx, "kvm sev snp=Y", VmHostFault.TdxOff)]
    [InlineData(VmMode.Tdx, "kvm tdx=Y", VmHostFault.None)]
    [InlineData(VmMode.Tdx, "kvm tdx=1", VmHostFault.None)]
    public void What_is_missing_is_named(VmMode mode, string there, VmHostFault expected)
    {
        foreach (string part in there.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] words = part.Split('=');
            string path = words[0] switch { "snp" => "sys/module/kvm_amd/parameters/sev_snp", "tdx" => "sys/module/kvm_intel/parameters/tdx", _ => $"dev/{words[0]}" };
            FileInfo file = new(Path.Combine(_root.FullName, path));
            file.Directory!.Create();
            File.WriteAllText(file.FullName, words.Length > 1 ? words[1] + "\n" : "");
        }
        Assert.Equal(expected, VmHost.ExamineDevices(mode, _root.FullName));
    }

    [Fact]
    public void Every_fault_has_a_code_of_its_own_and_says_what_to_do()
    {
        VmHostFault[] faults = [.. Enum.GetValues<VmHostFault>().Where(fault => fault != VmHostFault.None)];
        Assert.Equal(faults.Length, faults.Select(fault => fault.Code()).Distinct().Count());
        Assert.All(faults, fault => Assert.StartsWith("vm/", fault.Code(), StringComparison.Ordinal));
        Assert.All(faults, fault => Assert.EndsWith(".", fault.Remedy(), StringComparison.Ordinal));
    }
}
