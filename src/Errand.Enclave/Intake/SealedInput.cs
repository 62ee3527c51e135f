using System.Security.Cryptography;
using Errand.Cryptography;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Enclave;

/// <summary>One asset of the task: taken in sealed, checked against its content id, opened when its owner has released the key.</summary>
/// <remarks>The same memory holds first ciphertext, then plaintext: chunks open in place and move up.</remarks>
internal sealed class SealedInput(AssetId asset, AssetRole role, string name) : IDisposable
{
    private SecretBuffer? _buffer;
    private ContentId _content;
    private PublicKey _owner;

    /// <summary>The id that the task names.</summary>
    public AssetId Asset { get; } = asset;

    /// <summary>What it is to the task.</summary>
    public AssetRole Role { get; } = role;

    /// <summary>Its name in /data, when it is data.</summary>
    public string Name { get; } = name;

    /// <summary>The content key; null until released.</summary>
    public ContentKey? Key { get; private set; }

    /// <summary>The plaintext, once open.</summary>
    public ReadOnlyMemory<byte> Plaintext => Key is null ? throw new InvalidOperationException("The input is not open.") : _buffer!.Memory;

    private AbortReason WrongContent => Role == AssetRole.Arguments ? AbortReason.ArgumentDigest : AbortReason.ContentId;

    /// <summary>Takes in the ciphertext, in order and once.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="sizeLeft">Bytes of input memory left; less this input's afterwards.</param>
    public AbortReason Pull(EnclaveChannel channel, ref long sizeLeft)
    {
        channel.Send(new EnclaveMessage.InputRequest(Asset));
        AbortReason reason = channel.Receive(out EnclaveMessage.Input? input);
        if (reason != AbortReason.None) return reason;

        // An asset's id is a digest of owner and content id, so that the task names both and the host can lie about neither.
        // No sealed file is empty: it has at least a header.
        if (AssetId.Of(input!.Owner, input.Content) != Asset || input.SizeBytes == 0) return WrongContent;
        if (input.SizeBytes > sizeLeft) return AbortReason.InputSize;
        sizeLeft -= input.SizeBytes;
        _owner = input.Owner;
        _content = input.Content;
        _buffer = new SecretBuffer((int)input.SizeBytes);

        for (Span<byte> rest = _buffer.GetSpan(); !rest.IsEmpty;)
        {
            channel.Send(new EnclaveMessage.ChunkRequest());
            reason = channel.Receive(out EnclaveMessage.Chunk? chunk);
            if (reason != AbortReason.None) return reason;
            if (chunk!.Bytes.Length > rest.Length) return AbortReason.Message;
            chunk.Bytes.Span.CopyTo(rest);
            rest = rest[chunk.Bytes.Length..];
        }
        return HasContentId() ? AbortReason.None : WrongContent;
    }

    /// <summary>Takes the owner's release and opens the input with it.</summary>
    /// <param name="frame">A COSE_Sign1 frame over an HPKE message.</param>
    /// <param name="context">external_aad and HPKE info: binds network, task, attempt, asset and evidence.</param>
    /// <param name="key">The enclave's key.</param>
    public AbortReason TakeRelease(ReadOnlySpan<byte> frame, ReadOnlySpan<byte> context, HpkePrivateKey key)
    {
        if (Key is not null) return AbortReason.Order;
        if (CoseSign1.TryParse(frame) is not { } release || release.Signer != _owner) return AbortReason.ReleaseSignature;
        bool signed = release.VerifySignature(context);
        bool sealedToUs = Hpke.TryOpen(key, context, [], release.Payload, out byte[]? contentKey);
        try
        {
            // Without a signature nothing is used; that the message opens only tells an injected key from a replayed release.
            if (!signed) return sealedToUs ? AbortReason.ReleaseSignature : AbortReason.ReleaseContext;
            if (!sealedToUs || contentKey!.Length != ContentKey.Size) return AbortReason.ReleaseKey;
            return Open(ContentKey.FromBytes(contentKey));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(contentKey);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Key?.Dispose();
        ((IDisposable?)_buffer)?.Dispose();
    }

    private unsafe bool HasContentId()
    {
        fixed (byte* start = _buffer!.GetSpan())
        {
            using var ciphertext = new UnmanagedMemoryStream(start, _buffer.Size);
            return SealedFile.Verify(ciphertext, _content).Succeeded;
        }
    }

    // The content id held, so the header and all sizes are those that the sealer wrote.
    private AbortReason Open(ContentKey key)
    {
        Key = key;
        Span<byte> rest = _buffer!.GetSpan();
        SealedFileHeader header = ReadHeader(rest);
        using var opener = new SealedChunkOpener(header, key, _content);
        if (opener.Failure.Error == SealingError.KeyCommitment) return AbortReason.KeyCommitment;

        int size = 0;
        for (int offset = header.Size; opener.NextSize > 0;)
        {
            Span<byte> chunk = rest.Slice(offset, opener.NextSize);
            if (!opener.TryReadNext(chunk, chunk, out int written)) return AbortReason.SealedFile;
            chunk[..written].CopyTo(rest[size..]);
            offset += chunk.Length;
            size += written;
        }
        if (!opener.Finish(atEnd: true).Succeeded) return AbortReason.SealedFile;
        _buffer.Shrink(size);
        return AbortReason.None;
    }

    private static SealedFileHeader ReadHeader(ReadOnlySpan<byte> file)
    {
        SealedFileHeader? header = SealedFileHeader.TryReadSize(file[..SealedFormat.PrefixSize], out int size) ? SealedFileHeader.TryParse(file[..size]) : null;
        return header ?? throw new InvalidOperationException("A verified file has no header.");
    }
}
