using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Errand.Ledger;

/// <summary>Under which checkpoints a log's entries are final: signed by the log, and cosigned by enough of its witnesses.</summary>
/// <remarks>
/// With n witnesses of which f = ⌊(n − 1)/3⌋ may lie, any two quorums of q &gt; (n + f)/2 have an honest witness in common, which
/// signs only what continues what it signed before. So no two checkpoints that contradict each other both reach the quorum.
/// A quorum of 0 asks for nothing but the log's own signature: whoever runs the log is then trusted.
/// </remarks>
public sealed class WitnessQuorum
{
    /// <summary>The most witnesses of one log: their signatures and the log's own fit one note.</summary>
    public const int WitnessesMax = SignedNote.SignatureCountMax - 1;

    /// <summary>A quorum of witnesses over a log.</summary>
    /// <exception cref="ArgumentException">A key is named twice, there are too many, or two quorums could meet in liars alone.</exception>
    public WitnessQuorum(VerifierKey log, IEnumerable<CosignerKey> witnesses, int needed)
    {
        ArgumentNullException.ThrowIfNull(log);
        Log = log;
        Witnesses = [.. witnesses];
        Needed = needed;
        if (Witnesses.Select(witness => witness.Key).Distinct().Count() != Witnesses.Length) throw new ArgumentException("A witness is named twice.", nameof(witnesses));
        if (Witnesses.Length > WitnessesMax) throw new ArgumentException($"A log has at most {WitnessesMax} witnesses.", nameof(witnesses));
        if (!IsSafe(Witnesses.Length, needed)) throw new ArgumentException($"A quorum of {needed} of {Witnesses.Length} witnesses is too small, or more than there are.", nameof(needed));
    }

    /// <summary>The log's own key.</summary>
    public VerifierKey Log { get; }

    /// <summary>The witnesses.</summary>
    public ImmutableArray<CosignerKey> Witnesses { get; }

    /// <summary>How many must have cosigned.</summary>
    public int Needed { get; }

    /// <summary>Nobody but the log signs.</summary>
    public static WitnessQuorum None(VerifierKey log) => new(log, [], 0);

    /// <summary>True when any two quorums have more witnesses in common than may lie; and for none at all.</summary>
    public static bool IsSafe(int witnesses, int needed)
    {
        if (witnesses == 0 || needed == 0) return witnesses == 0 && needed == 0;
        int lying = (witnesses - 1) / 3;
        return needed <= witnesses && 2 * needed > witnesses + lying;
    }

    /// <summary>The smallest safe quorum: 2f + 1 of 3f + 1.</summary>
    public static int Smallest(int witnesses) => witnesses == 0 ? 0 : (witnesses + (witnesses - 1) / 3) / 2 + 1;

    /// <summary>How many witnesses have cosigned a note. A line that does not verify counts for nothing.</summary>
    public int CountIn(SignedNote note) => Witnesses.Count(witness => witness.HasCosigned(note, out _));

    /// <summary>Reads a checkpoint that is signed by the log and has its quorum.</summary>
    /// <returns>False for any malformed, foreign or too little signed input. Never throws for content.</returns>
    //
    public bool TryOpen(ReadOnlySpan<byte> encoded, [NotNullWhen(true)] out SignedCheckpoint? signed) =>
        Checkpoint.TryOpen(encoded, Log, out signed) && CountIn(signed.Note) >= Needed;

    /// <summary>The same as a C2SP tlog-policy file, for public tools.</summary>
    public string ToPolicyText()
    {
        var text = new StringBuilder($"log {Log}\n");
        for (int i = 0; i < Witnesses.Length; i++) text.Append(CultureInfo.InvariantCulture, $"witness w{i + 1} {Witnesses[i]}\n");
        if (Needed == 0) return text.Append("quorum none\n").ToString();
        text.Append(CultureInfo.InvariantCulture, $"group witnesses {Needed}");
        for (int i = 0; i < Witnesses.Length; i++) text.Append(CultureInfo.InvariantCulture, $" w{i + 1}");
        return text.Append("\nquorum witnesses\n").ToString();
    }
}
