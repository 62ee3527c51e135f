using System.Security.Cryptography;
using Errand.Cryptography;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Enclave;

/// <summary>One asset of the task: taken in sealed, checked against its content id, opened when its owner has released the key.</summary>
internal sealed class SealedInput(AssetId asset, AssetRole role, string name) : IDisposable
{
    private EnclaveMessage.Input? _announced;
    private InputContent? _content;

    /// <summary>The id that the task names.</summary>
    public AssetId Asset { get; } = asset;

    /// <summary>What it is to the task.</summary>
    public AssetRole Role { get; } = role;

    /// <summary>Its name in /data, when it is data.</summary>
    public string Name { get; } = name;

    /// <summary>The content key; null until released.</summary>
    public ContentKey? Key { get; private set; }

    /// <summary>Bytes of the sealed file.</summary>
    public long SizeBytes => _announced!.SizeBytes;

    /// <summary>The plaintext of an input held in memory, once open.</summary>
    public ReadOnlyMemory<byte> Plaintext => Key is not null && _content is HeldContent held ? held.Plaintext : throw new InvalidOperationException("The input is not open.");

    /// <summary>The index of a folder, once open; null for a file.</summary>
    public FolderIndex? Folder => _content?.Folder;

    /// <summary>The content when it is too large for memory; else null.</summary>
    public StreamedContent? Streamed => _content as StreamedContent;

    private AbortReason WrongContent => Role == AssetRole.Arguments ? AbortReason.ArgumentDigest : AbortReason.ContentId;

    /// <summary>Asks for the input: its bytes come next.</summary>
    /// <returns>None, or that the host offers something else.</returns>
    public AbortReason Announce(IEnclavePort port)
    {
        port.Send(new EnclaveMessage.InputRequest(Asset));
        AbortReason reason = port.Receive(out EnclaveMessage.Input? input);
        if (reason != AbortReason.None) return reason;

        // An asset's id is a digest of owner and content id, so that the task names both and the host can lie about neither.
        // No sealed file is empty: it has at least a header.
        if (AssetId.Of(input!.Owner, input.Content) != Asset || input.SizeBytes == 0) return WrongContent;
        if (_announced is not null && input != _announced) return WrongContent;
        _announced = input;
        return AbortReason.None;
    }

    /// <summary>Takes in the ciphertext, in order: into memory while there is room, else only its hashes.</summary>
    /// <param name="port">The channel.</param>
    /// <param name="sizeLeft">Bytes of input memory left; less this input's afterwards, if it is held.</param>
    public AbortReason Pull(IEnclavePort port, ref long sizeLeft)
    {
        AbortReason reason = Announce(port);
        if (reason != AbortReason.None) return reason;
        bool held = EnclaveLimits.TryHold(SizeBytes, ref sizeLeft);
        // Without its app and arguments in memory nothing runs.
        if (!held && Role != AssetRole.Data) return AbortReason.InputSize;
        _content = held ? new HeldContent(_announced!.Content, (int)SizeBytes) : new StreamedContent(_announced!.Content);
        return _content.Pull(new ChunkFlow(port, SizeBytes), WrongContent);
    }

    /// <summary>Takes the owner's release and opens the input with it.</summary>
    /// <param name="frame">A COSE_Sign1 frame over an HPKE message.</param>
    /// <param name="context">external_aad and HPKE info: binds network, task, attempt, asset and evidence.</param>
    /// <param name="key">The enclave's key.</param>
    public AbortReason TakeRelease(ReadOnlySpan<byte> frame, ReadOnlySpan<byte> context, HpkePrivateKey key)
    {
        if (Key is not null) return AbortReason.Order;
        if (CoseSign1.TryParse(frame) is not { } release || release.Signer != _announced!.Owner) return AbortReason.ReleaseSignature;
        bool signed = release.VerifySignature(context);
        bool sealedToUs = Hpke.TryOpen(key, context, [], release.Payload, out byte[]? contentKey);
        try
        {
            // Without a signature nothing is used; that the message opens only tells an injected key from a replayed release.
            if (!signed) return sealedToUs ? AbortReason.ReleaseSignature : AbortReason.ReleaseContext;
            if (!sealedToUs || contentKey!.Length != ContentKey.Size) return AbortReason.ReleaseKey;
            Key = ContentKey.FromBytes(contentKey);
            AbortReason reason = _content!.Open(Key);
            // A module or arguments are a file.
            return reason == AbortReason.None && Folder is not null && Role != AssetRole.Data ? AbortReason.Folder : reason;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(contentKey);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _content?.Dispose();
        Key?.Dispose();
    }
}
