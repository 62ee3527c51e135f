namespace Errand.Enclave;

/// <summary>The stretches without white space of a JSON text that holds no escapes; a text in quotes is one with all its spaces.</summary>
internal ref struct JsonTokens(ReadOnlySpan<byte> content)
{
    private readonly ReadOnlySpan<byte> _content = content;
    private int _end;

    public Range Current { get; private set; }

    public readonly JsonTokens GetEnumerator() => this;

    public bool MoveNext()
    {
        int start = _end;
        while (start < _content.Length && _content[start] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n') start++;
        if (start == _content.Length) return false;
        bool quoted = false;
        for (_end = start; _end < _content.Length; _end++)
        {
            if (_content[_end] == '"') quoted = !quoted;
            else if (!quoted && _content[_end] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n') break;
        }
        Current = start.._end;
        return true;
    }
}
