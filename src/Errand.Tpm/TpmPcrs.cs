using Errand.Attestation;

namespace Errand.Tpm;

/// <summary>PCRs: TPM2_PCR_Read and TPM2_PCR_Extend (TPM 2.0 Part 3, sections 22.4 and 22.2).</summary>
public static class TpmPcrs
{
    private const int DigestCountMax = 8, DigestSizeMax = 64, BitmapSizeMax = 4, RoundsMax = 4;

    /// <summary>Values of PCRs of one bank, all read between the same two changes of any PCR.</summary>
    /// <exception cref="TpmException">The bank does not have one of them (<see cref="TpmError.Value"/>), or they change all the time (<see cref="TpmError.PcrsMoving"/>).</exception>
    public static async ValueTask<PcrBank> ReadPcrsAsync(this TpmClient tpm, TpmAlgorithm bank, PcrSet pcrs, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(tpm);
        for (int round = 0; round < RoundsMax; round++)
            if (await TryReadAsync(tpm, bank, pcrs, cancellation).ConfigureAwait(false) is { } read) return read;
        throw new TpmException(TpmError.PcrsMoving, "PCRs changed while they were read, again and again.");
    }

    /// <summary>Extends a PCR of one bank with a digest of its size.</summary>
    public static async ValueTask ExtendPcrAsync(this TpmClient tpm, int index, TpmAlgorithm bank, ReadOnlyMemory<byte> digest, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(tpm);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)PcrSet.Count, nameof(index));
        if (digest.Length != bank.DigestSize()) throw new ArgumentException($"A digest of {bank.BankName()} has {bank.DigestSize()} bytes.", nameof(digest));
        await tpm.SendAsync(new TpmCommand(TpmCommandCode.PcrExtend)
        {
            Handles = [(uint)index],
            Authorizations = [TpmAuthorization.Password()],
            Parameters = new TpmWriter().UInt32(1).Algorithm(bank).Bytes(digest.Span).ToArray(),
        }, cancellation).ConfigureAwait(false);
    }

    /// <summary>Reads a TPML_PCR_SELECTION as TPMs give it: bitmaps of any length, banks in any number; null when it fails.</summary>
    internal static IReadOnlyList<PcrSelection>? ReadSelections(ref TpmReader reader)
    {
        uint count = reader.UInt32();
        if (count > 16) return null;
        var list = new List<PcrSelection>();
        for (uint i = 0; i < count; i++)
        {
            TpmAlgorithm bank = reader.Algorithm();
            int size = reader.UInt8();
            if (size > BitmapSizeMax) return null;
            ReadOnlySpan<byte> bitmap = reader.Bytes(size);
            if (reader.Failed) return null;
            uint mask = 0;
            for (int b = 0; b < Math.Min(size, PcrSet.BitmapSize); b++) mask |= (uint)bitmap[b] << (8 * b);
            list.Add(new PcrSelection(bank, new PcrSet(mask)));
        }
        return list;
    }

    // The TPM gives at most eight values at a time, and counts changes.
    private static async ValueTask<PcrBank?> TryReadAsync(TpmClient tpm, TpmAlgorithm bank, PcrSet pcrs, CancellationToken cancellation)
    {
        var values = new Dictionary<int, ReadOnlyMemory<byte>>();
        var open = pcrs;
        uint? counter = null;
        while (open.Mask != 0)
        {
            var parameters = new TpmWriter();
            PcrSelection.WriteList(parameters, [new PcrSelection(bank, open)]);
            TpmResponse response = await tpm.SendAsync(new TpmCommand(TpmCommandCode.PcrRead) { Parameters = parameters.ToArray() }, cancellation).ConfigureAwait(false);
            (uint updates, PcrSet got, List<byte[]> digests) = Parse(response.Parameters.Span, bank) ?? throw TpmClient.Malformed(TpmCommandCode.PcrRead);
            if (got.Mask == 0) throw new TpmException(TpmError.Value, $"The TPM has no {bank.BankName()} bank with {open}. Switch the bank on in the firmware's setup.");
            if ((got.Mask & ~open.Mask) != 0 || got.Size != digests.Count) throw TpmClient.Malformed(TpmCommandCode.PcrRead);
            if (counter is { } before && before != updates) return null;
            counter = updates;
            foreach ((int index, byte[] digest) in got.Indices().Zip(digests)) values[index] = digest;
            open = new PcrSet(open.Mask & ~got.Mask);
        }
        return new PcrBank(bank, values);
    }

    private static (uint Updates, PcrSet Pcrs, List<byte[]> Digests)? Parse(ReadOnlySpan<byte> parameters, TpmAlgorithm bank)
    {
        var reader = new TpmReader(parameters);
        uint updates = reader.UInt32();
        if (ReadSelections(ref reader) is not { Count: <= 1 } selections || (selections.Count == 1 && selections[0].Bank != bank)) return null;
        uint count = reader.UInt32();
        if (count > DigestCountMax) return null;
        var digests = new List<byte[]>();
        for (uint i = 0; i < count; i++) digests.Add(reader.Sized(DigestSizeMax).ToArray());
        if (!reader.AtEnd || digests.Exists(digest => digest.Length != bank.DigestSize())) return null;
        return (updates, selections.Count == 1 ? selections[0].Pcrs : default, digests);
    }
}
