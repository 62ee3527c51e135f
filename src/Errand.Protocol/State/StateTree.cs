using System.Buffers.Binary;
using System.Security.Cryptography;
using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>
/// A Merkle tree over records by 32-byte key. Its shape follows from the set of keys alone (a binary trie in which every branch
/// splits at the first bit where its keys differ), so the root does not depend on the order of changes.
/// </summary>
/// <remarks>
/// leaf = SHA-256(0x00 || key || value digest); branch = SHA-256(0x01 || bit index, 2 bytes || left || right); empty = 32 zero bytes.
/// Changed paths are hashed when the root is next asked for.
/// </remarks>
internal sealed class StateTree
{
    private Node? _root;

    /// <summary>The root over all records.</summary>
    public Bytes32 Root => _root?.Hash() ?? default;

    /// <summary>Adds or changes a record.</summary>
    public void Set(Bytes32 key, Bytes32 valueDigest)
    {
        if (_root is null)
        {
            _root = new Leaf(key, valueDigest);
            return;
        }

        Leaf nearest = Nearest(key);
        int bit = key.FirstDifferingBit(nearest.Key);
        if (bit == 256) nearest.Value = valueDigest;
        ref Node place = ref PlaceFor(key, bit);
        if (bit == 256) return;
        var leaf = new Leaf(key, valueDigest);
        place = key.Bit(bit) ? new Branch(bit, place, leaf) : new Branch(bit, leaf, place);
    }

    /// <summary>Removes a record if it is there.</summary>
    public void Remove(Bytes32 key)
    {
        if (_root is null || Nearest(key).Key != key) return;
        if (_root is Leaf)
        {
            _root = null;
            return;
        }
        ref Node parent = ref _root!;
        while (true)
        {
            var branch = (Branch)parent;
            branch.Dirty = true;
            bool right = key.Bit(branch.Bit);
            if ((right ? branch.Right : branch.Left) is Leaf)
            {
                parent = right ? branch.Left : branch.Right;
                return;
            }
            if (right) parent = ref branch.Right;
            else parent = ref branch.Left;
        }
    }

    private Leaf Nearest(Bytes32 key)
    {
        Node node = _root!;
        while (node is Branch branch) node = key.Bit(branch.Bit) ? branch.Right : branch.Left;
        return (Leaf)node;
    }

    // Walks down to the first node that splits after `bit`, marking the way as changed.
    private ref Node PlaceFor(Bytes32 key, int bit)
    {
        ref Node place = ref _root!;
        while (place is Branch branch && branch.Bit < bit)
        {
            branch.Dirty = true;
            if (key.Bit(branch.Bit)) place = ref branch.Right;
            else place = ref branch.Left;
        }
        return ref place;
    }

    private abstract class Node
    {
        public abstract Bytes32 Hash();
    }

    private sealed class Leaf(Bytes32 key, Bytes32 value) : Node
    {
        public Bytes32 Key { get; } = key;

        public Bytes32 Value { get; set; } = value;

        public override Bytes32 Hash()
        {
            Span<byte> input = stackalloc byte[1 + 2 * Bytes32.Size];
            input[0] = 0x00;
            Key.CopyTo(input[1..]);
            Value.CopyTo(input[33..]);
            return Sha256(input);
        }
    }

    private sealed class Branch(int bit, Node left, Node right) : Node
    {
        public Node Left = left;
        public Node Right = right;
        private Bytes32 _hash;

        public int Bit { get; } = bit;

        public bool Dirty { get; set; } = true;

        // Depth is at most 256: the recursion is bounded.
        public override Bytes32 Hash()
        {
            if (!Dirty) return _hash;
            Span<byte> input = stackalloc byte[3 + 2 * Bytes32.Size];
            input[0] = 0x01;
            BinaryPrimitives.WriteUInt16BigEndian(input[1..], (ushort)Bit);
            Left.Hash().CopyTo(input[3..]);
            Right.Hash().CopyTo(input[35..]);
            _hash = Sha256(input);
            Dirty = false;
            return _hash;
        }
    }

    private static Bytes32 Sha256(ReadOnlySpan<byte> input)
    {
        Span<byte> digest = stackalloc byte[Bytes32.Size];
        SHA256.HashData(input, digest);
        return new Bytes32(digest);
    }
}
