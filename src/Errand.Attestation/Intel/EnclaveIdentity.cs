using System.Text.Json;

namespace Errand.Attestation;

/// <summary>Identity of one of Intel's own enclaves (Intel PCS API, QE identity, version 2).</summary>
public sealed class EnclaveIdentity
{
    private const int LevelCountMax = 256;
    private const int SignerSize = 32;
    private const int AttributesSize = 16;

    private EnclaveIdentity()
    {
    }

    /// <summary>QE (SGX), TD_QE (TDX) or QVE.</summary>
    public required string Id { get; init; }

    /// <summary>When it is valid.</summary>
    public required CollateralPeriod Period { get; init; }

    /// <summary>Grows with each evaluation of TCBs by Intel.</summary>
    public required int EvaluationDataNumber { get; init; }

    /// <summary>MISCSELECT under the mask.</summary>
    public required uint MiscSelect { get; init; }

    /// <summary>Which bits of MISCSELECT count.</summary>
    public required uint MiscSelectMask { get; init; }

    /// <summary>ATTRIBUTES under the mask, 16 bytes.</summary>
    public required ReadOnlyMemory<byte> Attributes { get; init; }

    /// <summary>Which bits of ATTRIBUTES count, 16 bytes.</summary>
    public required ReadOnlyMemory<byte> AttributesMask { get; init; }

    /// <summary>MRSIGNER, 32 bytes.</summary>
    public required ReadOnlyMemory<byte> MrSigner { get; init; }

    /// <summary>ISVPRODID.</summary>
    public required ushort IsvProductId { get; init; }

    /// <summary>Levels, highest first.</summary>
    public required IReadOnlyList<IsvSvnLevel> Levels { get; init; }

    /// <summary>Reads the object in member <c>enclaveIdentity</c>; null when a member is missing, of another form, or has an unknown status.</summary>
    internal static EnclaveIdentity? TryRead(JsonElement json)
    {
        var reader = new CollateralJson(json);
        var identity = new EnclaveIdentity
        {
            Id = reader.Text("id"),
            Period = reader.Period(),
            EvaluationDataNumber = reader.Int("tcbEvaluationDataNumber", int.MaxValue),
            MiscSelect = reader.UInt32("miscselect"),
            MiscSelectMask = reader.UInt32("miscselectMask"),
            Attributes = reader.Hex("attributes", AttributesSize),
            AttributesMask = reader.Hex("attributesMask", AttributesSize),
            MrSigner = reader.Hex("mrsigner", SignerSize),
            IsvProductId = (ushort)reader.Int("isvprodid", ushort.MaxValue),
            Levels = reader.Array("tcbLevels", LevelCountMax, item => item.IsvSvnLevel()),
        };
        return reader.Int("version", 2) == 2 && identity.Id is "QE" or "TD_QE" or "QVE" && identity.Levels.Count > 0 && !reader.Failed ? identity : null;
    }
}
