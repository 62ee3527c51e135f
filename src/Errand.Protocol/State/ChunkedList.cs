namespace Errand.Protocol;

/// <summary>Items by number, in pieces of one size: it grows without copying, and a number that was given back serves again.</summary>
internal sealed class ChunkedList<T>
{
    private const int ChunkBits = 10;
    private const int ChunkSize = 1 << ChunkBits;

    private readonly List<T[]> _chunks = [];
    private readonly Stack<int> _free = [];
    private int _count;

    public ref T this[int number] => ref _chunks[number >> ChunkBits][number & (ChunkSize - 1)];

    /// <summary>Puts an item in and gives its number.</summary>
    public int Add(T item)
    {
        if (!_free.TryPop(out int number))
        {
            number = _count++;
            if (number >> ChunkBits == _chunks.Count) _chunks.Add(new T[ChunkSize]);
        }
        this[number] = item;
        return number;
    }

    /// <summary>Gives a number back; nobody may use it until it is given out again.</summary>
    public void Free(int number)
    {
        this[number] = default!;
        _free.Push(number);
    }
}
