namespace Errand.Attestation;

/// <summary>Members that several kinds of policies have.</summary>
internal static class PolicyRules
{
    internal const string BindingMeaning = "what the evidence must be bound to: {\"exactly\": hex}, \"given\" for what is given when verifying (--nonce), \"notChecked\" for no freshness at all";

    private const int ReportDataSize = 64;

    /// <summary>Report data: its 64 bytes, or null when not checked.</summary>
    internal static ReadOnlyMemory<byte>? ReadReportData(PolicyNode node) => ReadBinding(node, "reportData", ReportDataSize, ReportDataSize);

    /// <summary>Bytes that evidence must be bound to; null when not checked. What cannot be read is a fault, and reads as no bytes.</summary>
    internal static ReadOnlyMemory<byte>? ReadBinding(PolicyNode node, string name, int sizeMin, int sizeMax)
    {
        (string word, PolicyNode value) = node.Choice(name, "exactly…", "given", "notChecked");
        switch (word)
        {
            case "exactly":
                return value.AsHex(sizeMin, sizeMax, "what the evidence must be bound to");
            case "notChecked":
                return null;
            case "given" when node.Nonce is { } nonce:
                if (nonce.Length < sizeMin || nonce.Length > sizeMax) node.Fail(name, $"is \"given\", and what was given has {nonce.Length} bytes instead of {(sizeMin == sizeMax ? $"{sizeMax}" : $"{sizeMin} to {sizeMax}")}");
                return nonce;
            case "given":
                node.Fail(name, "is \"given\", but nothing was given: name it with --nonce HEX");
                return ReadOnlyMemory<byte>.Empty;
            default:
                return ReadOnlyMemory<byte>.Empty;
        }
    }

    internal static void WriteBinding(PolicyWriter writer, string name, ReadOnlyMemory<byte>? value)
    {
        if (value is { } bytes) writer.Choice(name, "exactly", bytes, Sentence(BindingMeaning));
        else writer.Text(name, writer.AsksForNonce ? "given" : "notChecked", Sentence(BindingMeaning));
    }

    internal static string Sentence(string meaning) => char.ToUpperInvariant(meaning[0]) + meaning[1..] + ".";
}
