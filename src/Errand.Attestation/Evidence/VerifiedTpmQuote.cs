namespace Errand.Attestation;

/// <summary>A quote whose signature, PCR values and log hold. Made only by <see cref="EvidenceVerifier"/>.</summary>
public sealed class VerifiedTpmQuote
{
    private readonly IReadOnlyList<PcrBank> _banks;

    internal VerifiedTpmQuote(TpmsAttest quote, TpmtPublic? key, TrustedRoot? root, IReadOnlyList<PcrBank> banks, EventLog? log, VerifiedImaLog? ima)
    {
        Quote = quote;
        Key = key;
        Root = root;
        Log = log;
        Ima = ima;
        _banks = banks;
    }

    /// <summary>The quote.</summary>
    public TpmsAttest Quote { get; }

    /// <summary>The attestation key's public area; null when only the key itself was given, of which a TPM may know nothing.</summary>
    public TpmtPublic? Key { get; }

    /// <summary>The pinned root that the key's certificate ends at; null without a certificate.</summary>
    public TrustedRoot? Root { get; }

    /// <summary>The log, which replays to the PCRs that it extends; null when none was given.</summary>
    public EventLog? Log { get; }

    /// <summary>What the kernel measured, as far as the quoted PCR 10 vouches for it; null when no list was given.</summary>
    public VerifiedImaLog? Ima { get; }

    /// <summary>The value of a PCR that was quoted; empty for all others.</summary>
    public ReadOnlyMemory<byte> Pcr(TpmAlgorithm bank, int index) => Quote.Selections.Any(selection => selection.Bank == bank && selection.Pcrs.Contains(index))
        ? _banks.First(candidate => candidate.Algorithm == bank)[index]
        : default;
}
