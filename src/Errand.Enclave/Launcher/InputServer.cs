using Errand.Primitives;

namespace Errand.Enclave;

/// <summary>Answers an enclave's requests for sealed inputs: each from its beginning, as often as it is asked for.</summary>
internal sealed class InputServer(HostChannel channel, IReadOnlyCollection<EnclaveInput> inputs)
{
    private readonly Dictionary<AssetId, EnclaveInput> _byAsset = inputs.ToDictionary(input => input.Asset);
    private readonly byte[] _frame = new byte[FrameFormat.LengthSize + FrameFormat.SizeMax];
    private EnclaveInput? _current;
    private long _sizeLeft;

    /// <summary>Answers one request; false when it is none, or not in order.</summary>
    /// <exception cref="KeyNotFoundException">The enclave asks for an input that is not there.</exception>
    /// <exception cref="EndOfStreamException">An input is shorter than announced.</exception>
    public async Task<bool> TryServeAsync(EnclaveMessage request, CancellationToken cancellation)
    {
        switch (request)
        {
            case EnclaveMessage.InputRequest wanted:
                _current = _byAsset[wanted.Asset];
                _current.Ciphertext.Position = 0;
                _sizeLeft = _current.SizeBytes;
                await channel.SendAsync(new EnclaveMessage.Input(_current.Owner, _current.Content, _sizeLeft), cancellation).ConfigureAwait(false);
                return true;
            case EnclaveMessage.ChunkRequest when _current is not null && _sizeLeft > 0:
                // Read into its frame: bulk data is copied no oftener than it must be.
                int size = (int)Math.Min(FrameFormat.ChunkSizeMax, _sizeLeft);
                byte[] prefix = EnclaveMessage.Chunk.Prefix(size);
                prefix.CopyTo(_frame, 0);
                await _current.Ciphertext.ReadExactlyAsync(_frame.AsMemory(prefix.Length, size), cancellation).ConfigureAwait(false);
                _sizeLeft -= size;
                await channel.SendFrameAsync(_frame.AsMemory(0, prefix.Length + size), cancellation).ConfigureAwait(false);
                return true;
            default:
                return false;
        }
    }
}
