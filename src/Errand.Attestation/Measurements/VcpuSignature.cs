namespace Errand.Attestation;

/// <summary>CPUID Fn0000_0001_EAX of a virtual processor: family, model and stepping (AMD publication 25481).</summary>
/// <param name="Value">The 32 bits of EAX.</param>
public readonly record struct VcpuSignature(uint Value)
{
    private const int BaseFamilyMax = 0xF;
    private const int FamilyMax = BaseFamilyMax + 0xFF;

    /// <summary>QEMU's models. All versions of a model have one signature.</summary>
    private static readonly (string Model, int Versions, VcpuSignature Signature)[] Models =
    [
        ("EPYC", 5, Of(23, 1, 2)),
        ("EPYC-Rome", 5, Of(23, 49, 0)),
        ("EPYC-Milan", 3, Of(25, 1, 1)),
        ("EPYC-Genoa", 2, Of(25, 17, 0)),
        ("EPYC-Turin", 1, Of(26, 0, 0)),
    ];

    /// <summary>QEMU's name for <c>EPYC-v2</c> before models had versions.</summary>
    private const string OldName = "EPYC-IBPB";

    private static readonly Dictionary<string, VcpuSignature> ByName = MakeNames();

    /// <summary>The names that <see cref="FromName"/> knows, in order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. ByName.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The signature of a processor model of QEMU, such as <c>EPYC-v4</c>; null for a name that is not known.</summary>
    public static VcpuSignature? FromName(string name) => ByName.TryGetValue(name, out VcpuSignature signature) ? signature : null;

    /// <summary>The signature of family 0–270, model 0–255 and stepping 0–15.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public static VcpuSignature Of(int family, int model, int stepping)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(family);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(family, FamilyMax);
        ArgumentOutOfRangeException.ThrowIfNegative(model);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(model, 0xFF);
        ArgumentOutOfRangeException.ThrowIfNegative(stepping);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(stepping, 0xF);
        int baseFamily = Math.Min(family, BaseFamilyMax);
        return new VcpuSignature((uint)(((family - baseFamily) << 20) | ((model >> 4) << 16) | (baseFamily << 8) | ((model & 0xF) << 4) | stepping));
    }

    private static Dictionary<string, VcpuSignature> MakeNames()
    {
        var names = new Dictionary<string, VcpuSignature>(StringComparer.Ordinal) { [OldName] = Models[0].Signature };
        foreach ((string model, int versions, VcpuSignature signature) in Models)
        {
            names.Add(model, signature);
            for (int version = 1; version <= versions; version++) names.Add($"{model}-v{version}", signature);
        }
        return names;
    }
}
