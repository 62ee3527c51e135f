using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>
/// A Merkle tree over records by 32-byte key. Its shape follows from the set of keys alone (a binary trie in which every branch
/// splits at the first bit where its keys differ), so the root does not depend on the order of changes.
/// </summary>
/// <remarks>
/// leaf = SHA-256(0x00 || key || value digest); branch = SHA-256(0x01 || bit index, 2 bytes || left || right); empty = 32 zero bytes.
/// Changed paths are hashed when the root is next asked for. A place holds a number: from 0 on that of a branch, below 0 the complement
/// of that of a leaf; so a branch takes 44 bytes and a leaf 8, whose key and hash are the record's own.
/// </remarks>
internal sealed class StateTree
{
    private const int KeyBits = 8 * Bytes32.Size;
    private const int Nowhere = int.MinValue;

    // 64 parts keep any usual number of processors at work to the end.
    private const int ParallelDepth = 6;

    private readonly ChunkedList<Branch> _branches = new();
    private readonly ChunkedList<IStateLeaf> _leaves = new();
    private int _root = Nowhere;

    // The leaf set last and its key: when many are set in the order of their keys, it is the next one's neighbour.
    private IStateLeaf? _lastLeaf;
    private Bytes32 _lastKey;

    /// <summary>The root over all records.</summary>
    public Bytes32 Root => _root == Nowhere ? default : HashOf(_root);

    /// <summary>leaf = SHA-256(0x00 || key || value digest).</summary>
    public static Bytes32 HashLeaf(Bytes32 key, Bytes32 valueDigest)
    {
        Span<byte> input = stackalloc byte[1 + 2 * Bytes32.Size];
        input[0] = 0x00;
        key.CopyTo(input[1..]);
        valueDigest.CopyTo(input[(1 + Bytes32.Size)..]);
        return Sha256(input);
    }

    /// <summary>Adds a leaf, puts it in the place of another with its key, or notes that its hash has changed.</summary>
    public void Set(Bytes32 key, IStateLeaf leaf)
    {
        if (_root == Nowhere)
        {
            _root = ~_leaves.Add(leaf);
            return;
        }

        int nearest = Nearest(key);
        int bit = ReferenceEquals(_leaves[nearest], leaf) ? KeyBits : key.FirstDifferingBit(KeyOf(_leaves[nearest]));
        int parent = WayTo(key, bit, out int place);
        if (bit == KeyBits)
        {
            _leaves[nearest] = leaf;
        }
        else
        {
            int added = ~_leaves.Add(leaf);
            Put(parent, key, _branches.Add(key.Bit(bit) ? new Branch(bit, place, added) : new Branch(bit, added, place)));
        }
        _lastLeaf = leaf;
        _lastKey = key;
    }

    /// <summary>Puts all leaves at once into a tree that is empty, and hashes its branches.</summary>
    /// <param name="keys">Their keys, rising strictly.</param>
    /// <param name="leaves">As many leaves.</param>
    /// <param name="spread">Spreads the hashing.</param>
    public void Fill(Bytes32[] keys, IReadOnlyList<IStateLeaf> leaves, WorkSpreader spread)
    {
        if (_root != Nowhere) throw new InvalidOperationException("The tree has leaves already.");
        // The branches above the leaf put in last, whose bits rise: what splits off before them becomes their parent.
        var above = new Stack<int>();
        for (int i = 0; i < keys.Length; i++)
        {
            int added = ~_leaves.Add(leaves[i]);
            if (i == 0)
            {
                _root = added;
                continue;
            }
            if (keys[i] <= keys[i - 1]) throw new ArgumentException("The keys do not rise.", nameof(keys));
            int bit = keys[i].FirstDifferingBit(keys[i - 1]);
            while (above.TryPeek(out int parent) && _branches[parent].Bit > bit) above.Pop();
            int place = above.TryPeek(out int last) ? _branches[last].Right : _root;
            int branch = _branches.Add(new Branch(bit, place, added));
            if (above.Count == 0) _root = branch;
            else _branches[last].Right = branch;
            above.Push(branch);
        }
        if (_root == Nowhere) return;
        var tops = new List<int>();
        FindTops(_root, ParallelDepth, tops);
        spread(tops.Count, top => HashOf(tops[top])); // no two share a branch
    }

    /// <summary>Removes a record if it is there.</summary>
    public void Remove(Bytes32 key)
    {
        if (_root == Nowhere) return;
        int leaf = Nearest(key);
        if (_leaves[leaf].Key != key) return;
        _lastLeaf = null;
        _leaves.Free(leaf);
        if (_root < 0)
        {
            _root = Nowhere;
            return;
        }
        int parent = Nowhere;
        int branch = _root;
        while (_branches[branch].Next(key) is var next and >= 0)
        {
            _branches[branch].Dirty = true;
            parent = branch;
            branch = next;
        }
        Put(parent, key, _branches[branch].Other(key));
        _branches.Free(branch);
    }

    private Bytes32 KeyOf(IStateLeaf leaf) => ReferenceEquals(leaf, _lastLeaf) ? _lastKey : leaf.Key;

    // The leaf in whose place a key would be if it is there.
    private int Nearest(Bytes32 key)
    {
        int place = _root;
        while (place >= 0) place = _branches[place].Next(key);
        return ~place;
    }

    // Down to the first place that splits after `bit`, marking the way as changed. Gives the branch above it, or Nowhere.
    private int WayTo(Bytes32 key, int bit, out int place)
    {
        int parent = Nowhere;
        place = _root;
        while (place >= 0 && _branches[place].Bit < bit)
        {
            ref Branch branch = ref _branches[place];
            branch.Dirty = true;
            parent = place;
            place = branch.Next(key);
        }
        return parent;
    }

    private void Put(int parent, Bytes32 key, int place)
    {
        if (parent == Nowhere) _root = place;
        else if (key.Bit(_branches[parent].Bit)) _branches[parent].Right = place;
        else _branches[parent].Left = place;
    }

    // The branches so many steps below a place.
    private void FindTops(int place, int steps, List<int> tops)
    {
        if (place < 0) return;
        if (steps == 0)
        {
            tops.Add(place);
            return;
        }
        FindTops(_branches[place].Left, steps - 1, tops);
        FindTops(_branches[place].Right, steps - 1, tops);
    }

    // Depth is at most 256: the recursion is bounded.
    private Bytes32 HashOf(int place)
    {
        if (place < 0) return _leaves[~place].Hash;
        ref Branch branch = ref _branches[place];
        if (!branch.Dirty) return branch.Hash;
        Span<byte> input = stackalloc byte[3 + 2 * Bytes32.Size];
        input[0] = 0x01;
        BinaryPrimitives.WriteUInt16BigEndian(input[1..], branch.Bit);
        HashOf(branch.Left).CopyTo(input[3..]);
        HashOf(branch.Right).CopyTo(input[(3 + Bytes32.Size)..]);
        branch.Hash = Sha256(input);
        branch.Dirty = false;
        return branch.Hash;
    }

    private static Bytes32 Sha256(ReadOnlySpan<byte> input)
    {
        Span<byte> digest = stackalloc byte[Bytes32.Size];
        SHA256.HashData(input, digest);
        return new Bytes32(digest);
    }

    // 44 bytes: alignment to 16 would make it 48.
    [StructLayout(LayoutKind.Sequential, Pack = sizeof(int))]
    private struct Branch(int bit, int left, int right)
    {
        public Bytes32 Hash;
        public int Left = left;
        public int Right = right;
        public ushort Bit = (ushort)bit;
        public bool Dirty = true;

        public readonly int Next(Bytes32 key) => key.Bit(Bit) ? Right : Left;

        public readonly int Other(Bytes32 key) => key.Bit(Bit) ? Left : Right;
    }
}
