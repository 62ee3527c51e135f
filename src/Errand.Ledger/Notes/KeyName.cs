using System.Text;

namespace Errand.Ledger;

/// <summary>Key names of signed notes: not empty, no Unicode spaces, no plus, no control characters, valid UTF-16.</summary>
internal static class KeyName
{
    private const int SizeMax = 1_024;

    internal static bool IsValid(ReadOnlySpan<char> name)
    {
        if (name.Length is 0 or > SizeMax) return false;
        while (!name.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(name, out Rune rune, out int consumed) != System.Buffers.OperationStatus.Done) return false;
            if (Rune.IsWhiteSpace(rune) || rune.Value is '+' or < 0x20) return false;
            name = name[consumed..];
        }
        return true;
    }
}
