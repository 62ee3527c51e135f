namespace Errand.Attestation;

/// <summary>PCRs of one bank: TPMS_PCR_SELECTION (TPM 2.0 Part 2, section 10.6.2).</summary>
/// <param name="Bank">The bank's hash.</param>
/// <param name="Pcrs">The PCRs selected.</param>
public readonly record struct PcrSelection(TpmAlgorithm Bank, PcrSet Pcrs)
{
    /// <summary>The most banks that a TPML_PCR_SELECTION may list here.</summary>
    public const int CountMax = 8;

    /// <summary>Reads a TPML_PCR_SELECTION; null when it fails. Bitmaps must have three bytes, as on every PC Client TPM, and no bank may come twice.</summary>
    internal static IReadOnlyList<PcrSelection>? ReadList(ref TpmReader reader)
    {
        uint count = reader.UInt32();
        if (reader.Failed || count > CountMax) return null;
        var list = new List<PcrSelection>((int)count);
        for (uint i = 0; i < count; i++)
        {
            TpmAlgorithm bank = reader.Algorithm();
            if (reader.UInt8() != PcrSet.BitmapSize) return null;
            ReadOnlySpan<byte> bitmap = reader.Bytes(PcrSet.BitmapSize);
            if (reader.Failed || list.Exists(other => other.Bank == bank)) return null;
            list.Add(new PcrSelection(bank, PcrSet.Read(bitmap)));
        }
        return list;
    }

    /// <summary>Writes a TPML_PCR_SELECTION.</summary>
    public static void WriteList(TpmWriter writer, IReadOnlyList<PcrSelection> selections)
    {
        writer.UInt32((uint)selections.Count);
        foreach (PcrSelection selection in selections) writer.Algorithm(selection.Bank).UInt8(PcrSet.BitmapSize).Bytes(selection.Pcrs.ToBitmap());
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Bank.BankName()}:{string.Join(',', Pcrs.Indices())}";
}
