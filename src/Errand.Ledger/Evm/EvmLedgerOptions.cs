namespace Errand.Ledger;

/// <summary>How a ledger on an EVM chain is used.</summary>
public sealed record EvmLedgerOptions
{
    /// <summary>The log, as the genesis names it.</summary>
    public required EvmChain Chain { get; init; }

    /// <summary>JSON-RPC endpoints: http or https. With three or more, one may fail or lie.</summary>
    public required IReadOnlyList<Uri> Endpoints { get; init; }

    /// <summary>How many endpoints must say the same; null for more than half.</summary>
    public int? Agreement { get; init; }

    /// <summary>This reader's own file: entries that were verified, and what is to be sent. It is made if missing.</summary>
    public required string Path { get; init; }

    /// <summary>Who signs transactions and pays for them; null to read only. One ledger object for one account.</summary>
    public IEvmSigner? Signer { get; init; }

    /// <summary>How often the chain is looked at.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long an endpoint has for an answer.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>After how long without a block a transaction is sent again.</summary>
    public TimeSpan Resend { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>After how long without a block a transaction gets a higher fee.</summary>
    public TimeSpan Bump { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The highest fee that is ever offered, in wei per gas.</summary>
    public ulong FeeMax { get; init; } = 500_000_000_000;

    /// <summary>How many transactions may be under way at once.</summary>
    public int InFlightMax { get; init; } = 16;

    /// <summary>The gas of one transaction, beyond which entries go into the next. No more than 16,777,216, or half of what a block has room for, is used.</summary>
    public ulong BatchGasMax { get; init; } = 8_000_000;

    /// <summary>How many blocks one call asks for at most; it asks for fewer where an endpoint refuses.</summary>
    public int PageBlocksMax { get; init; } = 2_000;

    /// <summary>Told, in a sentence, of what goes wrong and passes again; may be called from any thread, and must not throw.</summary>
    public Action<string>? Warn { get; init; }

    /// <summary>These options with a full path.</summary>
    /// <exception cref="ArgumentException">A number is out of its bounds.</exception>
    internal EvmLedgerOptions Checked()
    {
        Require(PageBlocksMax is >= 1 and <= 1_000_000, nameof(PageBlocksMax), "1 to 1,000,000");
        Require(InFlightMax is >= 1 and <= 1_024, nameof(InFlightMax), "1 to 1,024");
        Require(FeeMax is >= 1 and <= 1UL << 53, nameof(FeeMax), "1 to 2^53 wei per gas");
        Require(BatchGasMax is >= 1 and <= 1UL << 40, nameof(BatchGasMax), "1 to 2^40");
        Require(Poll > TimeSpan.Zero && Timeout > TimeSpan.Zero && Resend > TimeSpan.Zero && Bump > TimeSpan.Zero, nameof(Poll), "pauses above zero");
        return this with { Path = System.IO.Path.GetFullPath(Path) };

        static void Require(bool holds, string name, string bounds)
        {
            if (!holds) throw new ArgumentException($"{name} has to be {bounds}.", name);
        }
    }
}
