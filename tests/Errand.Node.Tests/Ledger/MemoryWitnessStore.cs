using Errand.Ledger;

namespace Errand.Node.Tests;

/// <summary>A witness's memory that outlives the witness, but not the test.</summary>
internal sealed class MemoryWitnessStore : IWitnessStore
{
    public SignedNote? Note { get; set; }

    /// <summary>True when the disk is full.</summary>
    public bool Fails { get; set; }

    public int Saves { get; private set; }

    public SignedNote? Load(string origin) => Note;

    public void Save(string origin, SignedNote note)
    {
        if (Fails) throw new IOException("No space left on device.");
        Saves++;
        Note = note;
    }
}
