namespace Errand.Ledger;

/// <summary>Where a witness keeps, per log, the last checkpoint it cosigned. One witness at a time uses it.</summary>
public interface IWitnessStore
{
    /// <summary>The note that was cosigned last; null for none.</summary>
    /// <exception cref="LedgerException">What is kept is damaged.</exception>
    SignedNote? Load(string origin);

    /// <summary>Keeps a note in its place; durable when it returns.</summary>
    /// <exception cref="IOException">It may or may not have been kept.</exception>
    void Save(string origin, SignedNote note);
}
