using System.Text;
using Errand.Attestation;

namespace Errand.Tpm;

/// <summary>What a TPM is and has: TPM2_GetCapability, TPM2_GetRandom, TPM2_Startup (TPM 2.0 Part 3, sections 30.2, 16.1, 9.3).</summary>
public static class TpmCapabilities
{
    private const uint CapabilityHandles = 1, CapabilityPcrs = 5, CapabilityProperties = 6;
    private const uint FixedFirst = 0x100, Manufacturer = 0x105, VendorStringFirst = 0x106, FirmwareVersionFirst = 0x10B, NvBufferMax = 0x12C;
    private const uint LockoutCounter = 0x20E, LockoutMax = 0x20F, Permanent = 0x200;
    private const int PageMax = 64, PagesMax = 16, RandomSizeMax = 32;

    /// <summary>Manufacturer, vendor string, firmware version, lockout state.</summary>
    public static async ValueTask<TpmIdentity> ReadIdentityAsync(this TpmClient tpm, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(tpm);
        Dictionary<uint, uint> properties = await ReadPropertiesAsync(tpm, FixedFirst, 64, cancellation).ConfigureAwait(false);
        Dictionary<uint, uint> variable = await ReadPropertiesAsync(tpm, Permanent, 32, cancellation).ConfigureAwait(false);
        var text = new StringBuilder();
        for (uint i = 0; i < 4; i++)
        {
            uint word = properties.GetValueOrDefault(VendorStringFirst + i);
            for (int shift = 24; shift >= 0; shift -= 8)
                if ((word >> shift & 0xFF) is >= 0x20 and < 0x7F and var letter) text.Append((char)letter);
        }
        ulong version = (ulong)properties.GetValueOrDefault(FirmwareVersionFirst) << 32 | properties.GetValueOrDefault(FirmwareVersionFirst + 1);
        return new TpmIdentity(new TpmVendor(properties.GetValueOrDefault(Manufacturer)), text.ToString().Trim(), version, variable.GetValueOrDefault(LockoutCounter), variable.GetValueOrDefault(LockoutMax));
    }

    /// <summary>Handles in use of one kind, from its first possible number on.</summary>
    public static async ValueTask<IReadOnlyList<uint>> ReadHandlesAsync(this TpmClient tpm, uint first, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(tpm);
        var handles = new List<uint>();
        uint next = first;
        for (int page = 0; page < PagesMax; page++)
        {
            (bool more, ReadOnlyMemory<byte> data) = await ReadAsync(tpm, CapabilityHandles, next, PageMax, cancellation).ConfigureAwait(false);
            if (!TryReadNumbers(data.Span, handles)) throw TpmClient.Malformed(TpmCommandCode.GetCapability);
            if (!more || handles.Count == 0) return handles;
            next = checked(handles[^1] + 1);
        }
        throw TpmClient.Malformed(TpmCommandCode.GetCapability);
    }

    /// <summary>The PCRs that each bank has; a bank that is switched off has none.</summary>
    public static async ValueTask<IReadOnlyList<PcrSelection>> ReadBanksAsync(this TpmClient tpm, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(tpm);
        (_, ReadOnlyMemory<byte> data) = await ReadAsync(tpm, CapabilityPcrs, 0, PageMax, cancellation).ConfigureAwait(false);
        var reader = new TpmReader(data.Span);
        return TpmPcrs.ReadSelections(ref reader) is { } banks && reader.AtEnd ? banks : throw TpmClient.Malformed(TpmCommandCode.GetCapability);
    }

    /// <summary>Up to 32 random bytes; exactly as many as asked for.</summary>
    public static async ValueTask<byte[]> GetRandomAsync(this TpmClient tpm, int size, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(tpm);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)size, (uint)RandomSizeMax, nameof(size));
        // A TPM gives at least one byte, and at most one digest, at a time.
        var random = new List<byte>(size);
        while (random.Count < size)
        {
            TpmResponse response = await tpm.SendAsync(new TpmCommand(TpmCommandCode.GetRandom) { Parameters = new TpmWriter().UInt16(size - random.Count).ToArray() }, cancellation).ConfigureAwait(false);
            var reader = new TpmReader(response.Parameters.Span);
            ReadOnlySpan<byte> got = reader.Sized(size - random.Count);
            if (!reader.AtEnd || got.IsEmpty) throw TpmClient.Malformed(TpmCommandCode.GetRandom);
            random.AddRange(got);
        }
        return [.. random];
    }

    /// <summary>What firmware does after power came: TPM2_Startup(CLEAR). False when it was done already.</summary>
    public static async ValueTask<bool> StartUpAsync(this TpmClient tpm, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(tpm);
        try
        {
            await tpm.SendAsync(new TpmCommand(TpmCommandCode.Startup) { Parameters = [0, 0] }, cancellation).ConfigureAwait(false);
            return true;
        }
        catch (TpmException done) when (done.Error == TpmError.Initialize)
        {
            return false;
        }
    }

    /// <summary>The most bytes that TPM2_NV_Read gives at once.</summary>
    internal static async ValueTask<int> ReadNvBufferSizeAsync(this TpmClient tpm, CancellationToken cancellation)
    {
        const int Usual = 512;
        uint size = (await ReadPropertiesAsync(tpm, NvBufferMax, 1, cancellation).ConfigureAwait(false)).GetValueOrDefault(NvBufferMax);
        return size is >= 64 and <= 2048 ? (int)size : Usual;
    }

    private static async ValueTask<Dictionary<uint, uint>> ReadPropertiesAsync(TpmClient tpm, uint first, int count, CancellationToken cancellation)
    {
        (_, ReadOnlyMemory<byte> data) = await ReadAsync(tpm, CapabilityProperties, first, count, cancellation).ConfigureAwait(false);
        var properties = new Dictionary<uint, uint>();
        var reader = new TpmReader(data.Span);
        uint found = reader.UInt32();
        for (uint i = 0; i < found && !reader.Failed; i++) properties[reader.UInt32()] = reader.UInt32();
        return reader.AtEnd ? properties : throw TpmClient.Malformed(TpmCommandCode.GetCapability);
    }

    // moreData (1), then TPMS_CAPABILITY_DATA: capability (4) and its list.
    private static async ValueTask<(bool More, ReadOnlyMemory<byte> Data)> ReadAsync(TpmClient tpm, uint capability, uint first, int count, CancellationToken cancellation)
    {
        const int Before = 5;
        var command = new TpmCommand(TpmCommandCode.GetCapability) { Parameters = new TpmWriter().UInt32(capability).UInt32(first).UInt32((uint)count).ToArray() };
        ReadOnlyMemory<byte> parameters = (await tpm.SendAsync(command, cancellation).ConfigureAwait(false)).Parameters;
        var reader = new TpmReader(parameters.Span);
        byte more = reader.UInt8();
        return reader.UInt32() == capability && !reader.Failed && more <= 1 ? (more == 1, parameters[Before..]) : throw TpmClient.Malformed(TpmCommandCode.GetCapability);
    }

    private static bool TryReadNumbers(ReadOnlySpan<byte> data, List<uint> numbers)
    {
        var reader = new TpmReader(data);
        uint count = reader.UInt32();
        for (uint i = 0; i < count && !reader.Failed; i++) numbers.Add(reader.UInt32());
        return reader.AtEnd;
    }
}
