using Errand.Cryptography;
using Errand.Primitives;

namespace Errand.Ledger.Tests;

/// <summary>A log that signs what it is told, and witnesses of it.</summary>
internal sealed class WitnessRig : IDisposable
{
    private readonly SigningKey _logKey = SigningKey.FromSeed(LedgerContract.Filled(32, 0x01));
    private readonly List<SigningKey> _keys = [];

    internal WitnessRig(int witnesses, int? quorum = null)
    {
        Log = new NoteSigner(Checkpoint.OriginOf(LedgerFolder.Network), _logKey);
        for (int i = 0; i < witnesses; i++)
        {
            _keys.Add(SigningKey.FromSeed(LedgerContract.Filled(32, (byte)(0x80 + i))));
            Stores.Add(new Store());
            Witnesses.Add(Make(i));
        }
        Quorum = new WitnessQuorum(Log.VerifierKey, Witnesses.Select(witness => witness.Key), quorum ?? WitnessQuorum.Smallest(witnesses));
    }

    internal NoteSigner Log { get; }

    internal SigningKey LogKey => _logKey;

    internal List<Witness> Witnesses { get; } = [];

    internal List<Store> Stores { get; } = [];

    internal WitnessQuorum Quorum { get; }

    internal Witness Make(int i) => new(Log.VerifierKey, Cosigner.OfNode(_keys[i]), Stores[i], TimeProvider.System);

    internal Cosigner CosignerOf(int i) => Cosigner.OfNode(_keys[i]);

    internal SignedCheckpoint Sign(TestTree tree, int size) => new Checkpoint(Log.VerifierKey.Name, size, tree.Root(size)).Sign(Log);

    internal AddCheckpointRequest Ask(TestTree tree, long old, int size) => new(old, MerkleProofs.ProveConsistency(old, size, tree.Node), Sign(tree, size).Note);

    public void Dispose()
    {
        _logKey.Dispose();
        foreach (SigningKey key in _keys) key.Dispose();
    }

    /// <summary>A witness's memory, which can fail before or after it has kept a note.</summary>
    internal sealed class Store : IWitnessStore
    {
        internal SignedNote? Note { get; set; }

        internal bool FailsBefore { get; set; }

        internal bool FailsAfter { get; set; }

        public SignedNote? Load(string origin) => Note;

        public void Save(string origin, SignedNote note)
        {
            if (FailsBefore) throw new IOException("No space left on device.");
            Note = note;
            if (FailsAfter) throw new IOException("The power went.");
        }
    }
}
