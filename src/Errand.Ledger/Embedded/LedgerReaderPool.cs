using Microsoft.Data.Sqlite;

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
        LedgerReader? reader = null;
        try
        {
            reader = Rent();
            T result = read(reader);
            if (TryReturn(reader)) reader = null;
            return result;
        }
        catch (SqliteException e)
        {
            throw LedgerSchema.FaultOf(e, path);
        }
        finally
        {
            // A reader that failed may hold an open statement; it does not come back.
            reader?.Dispose();
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
