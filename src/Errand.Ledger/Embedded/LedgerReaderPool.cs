namespace Errand.Ledger;

/// <summary>Lends readers to as many threads as ask, and keeps a few open between times.</summary>
internal sealed class LedgerReaderPool(string path) : IDisposable
{
    private const int IdleMax = 8;

    private readonly Lock _lock = new();
    private readonly Stack<LedgerReader> _idle = [];
    private bool _disposed;

    internal T Use<T>(Func<LedgerReader, T> read)
    {
        LedgerReader reader = Rent();
        bool done = false;
        try
        {
            T result = read(reader);
            done = true;
            return result;
        }
        finally
        {
            // A reader that failed may hold an open statement; it does not come back.
            if (!done || !TryReturn(reader)) reader.Dispose();
        }
    }

    /// <summary>Closes idle readers now, and lent ones when they come back.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            while (_idle.TryPop(out LedgerReader? reader)) reader.Dispose();
        }
    }

    private LedgerReader Rent()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(EmbeddedLedger));
            if (_idle.TryPop(out LedgerReader? reader)) return reader;
        }
        return new LedgerReader(path);
    }

    private bool TryReturn(LedgerReader reader)
    {
        lock (_lock)
        {
            if (_disposed || _idle.Count >= IdleMax) return false;
            _idle.Push(reader);
            return true;
        }
    }
}
