namespace Errand.Enclave;

/// <summary>The folder <c>tsm/report</c> of configfs, in which the kernel makes an entry's files when the entry is made (Documentation/ABI/testing/configfs-tsm).</summary>
internal interface ITsmTree
{
    /// <summary>Makes an entry.</summary>
    /// <exception cref="IOException">It is there already, or the kernel refuses; HResult is Linux's error number.</exception>
    void Create(string entry);

    /// <summary>Writes a file of an entry with one call, and closes it: that is when the kernel takes it, and nobody is told if it does not.</summary>
    /// <exception cref="IOException">The kernel refuses.</exception>
    void Write(string entry, string file, ReadOnlySpan<byte> bytes);

    /// <summary>Reads a file of an entry whole; null when there is no such file.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="file">The file.</param>
    /// <param name="sizeMax">The most bytes; one more is given where there are more.</param>
    /// <exception cref="IOException">The kernel refuses.</exception>
    byte[]? Read(string entry, string file, int sizeMax);

    /// <summary>Removes an entry with its files.</summary>
    /// <exception cref="IOException">The kernel refuses.</exception>
    void Remove(string entry);
}
