using Errand.Attestation;

namespace Errand.Tpm;

/// <summary>NV memory as EK certificates need it: TPM2_NV_ReadPublic and TPM2_NV_Read (TPM 2.0 Part 3, sections 31.6 and 31.13).</summary>
public static class TpmNv
{
    private const uint OwnerRead = 1 << 17, AuthRead = 1 << 18, Written = 1 << 29;
    private const int NameSizeMax = 66, PolicySizeMax = 64, PublicSizeMax = 256;

    /// <summary>All bytes of an index, read in pieces; null when there is none, or nothing was written to it.</summary>
    /// <param name="tpm">The TPM.</param>
    /// <param name="index">The NV index, 01xxxxxxh.</param>
    /// <param name="sizeMax">More is not read.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="TpmException">It cannot be read with an empty authorisation, or is longer than <paramref name="sizeMax"/>.</exception>
    public static async ValueTask<byte[]?> ReadNvAsync(this TpmClient tpm, uint index, int sizeMax, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(tpm);
        if (await ReadNvPublicAsync(tpm, index, cancellation).ConfigureAwait(false) is not { } area || (area.Attributes & Written) == 0) return null;
        if (area.Size > sizeMax) throw new TpmException(TpmError.MalformedResponse, $"NV index {index:x8}h has {area.Size} bytes, more than {sizeMax}.");
        // EK certificates may be read by anyone: with the index's own empty authorisation (EK Credential Profile, section 2.2.1.2).
        if ((area.Attributes & (AuthRead | OwnerRead)) == 0) throw new TpmException(TpmError.NvAuthorization, $"NV index {index:x8}h cannot be read with an authorisation value.");
        uint authority = (area.Attributes & AuthRead) != 0 ? index : TpmHandles.Owner;
        int step = await tpm.ReadNvBufferSizeAsync(cancellation).ConfigureAwait(false);
        var content = new byte[area.Size];
        for (int offset = 0; offset < content.Length; offset += step)
        {
            int size = Math.Min(step, content.Length - offset);
            TpmResponse response = await tpm.SendAsync(new TpmCommand(TpmCommandCode.NvRead)
            {
                Handles = [authority, index],
                Authorizations = [TpmAuthorization.Password()],
                Parameters = new TpmWriter().UInt16(size).UInt16(offset).ToArray(),
            }, cancellation).ConfigureAwait(false);
            CopyPiece(response.Parameters.Span, content.AsSpan(offset, size));
        }
        return content;
    }

    private static async ValueTask<(uint Attributes, int Size)?> ReadNvPublicAsync(TpmClient tpm, uint index, CancellationToken cancellation)
    {
        try
        {
            TpmResponse response = await tpm.SendAsync(new TpmCommand(TpmCommandCode.NvReadPublic) { Handles = [index] }, cancellation).ConfigureAwait(false);
            return ParsePublic(response.Parameters.Span, index) ?? throw TpmClient.Malformed(TpmCommandCode.NvReadPublic);
        }
        catch (TpmException none) when (none.Error == TpmError.Handle)
        {
            return null;
        }
    }

    // TPM2B_NV_PUBLIC { nvIndex (4), nameAlg (2), attributes (4), authPolicy (TPM2B), dataSize (2) }, then the Name.
    private static (uint Attributes, int Size)? ParsePublic(ReadOnlySpan<byte> parameters, uint index)
    {
        var outer = new TpmReader(parameters);
        var reader = new TpmReader(outer.Sized(PublicSizeMax));
        outer.Sized(NameSizeMax);
        uint actual = reader.UInt32();
        reader.UInt16();
        uint attributes = reader.UInt32();
        reader.Sized(PolicySizeMax);
        int size = reader.UInt16();
        return outer.AtEnd && reader.AtEnd && actual == index ? (attributes, size) : null;
    }

    private static void CopyPiece(ReadOnlySpan<byte> parameters, Span<byte> target)
    {
        var reader = new TpmReader(parameters);
        ReadOnlySpan<byte> piece = reader.Sized(target.Length);
        if (!reader.AtEnd || piece.Length != target.Length) throw TpmClient.Malformed(TpmCommandCode.NvRead);
        piece.CopyTo(target);
    }
}
