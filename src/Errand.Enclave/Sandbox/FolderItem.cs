namespace Errand.Enclave;

/// <summary>What a folder says of a file or folder in it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">What it is.</param>
/// <param name="Size">Bytes of a file.</param>
internal readonly record struct FolderItem(string Name, FileType Type, long Size);
