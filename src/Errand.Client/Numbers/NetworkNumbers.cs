using Errand.Protocol;

namespace Errand.Client;

/// <summary>The security of committees in numbers (docs/protocol.md section 14).</summary>
public sealed record NetworkNumbers
{
    /// <summary>τ, the expected number of seats.</summary>
    public required int Size { get; init; }

    /// <summary>W, the number of verifiers; null for very many.</summary>
    public required long? Weight { get; init; }

    /// <summary>The share of operators who are honest.</summary>
    public required Fraction Honest { get; init; }

    /// <summary>The share of the honest who sleep, for the second liveness figure.</summary>
    public required Fraction Asleep { get; init; }

    /// <summary>The share of all who accept without looking, for the careless figure.</summary>
    public required Fraction Careless { get; init; }

    /// <summary>Rounds of an attempt.</summary>
    public required int Rounds { get; init; }

    /// <summary>Attempts of a task.</summary>
    public required int Attempts { get; init; }

    /// <summary>The defaults of the specification: τ = 128, many verifiers, 80 % honest, 3 rounds, 2 attempts.</summary>
    public static NetworkNumbers Default { get; } = new()
    {
        Size = 128,
        Weight = null,
        Honest = new Fraction(8, 10),
        Asleep = new Fraction(1, 10),
        Careless = new Fraction(2, 10),
        Rounds = 3,
        Attempts = 2,
    };

    /// <summary>τ' = min(τ, W).</summary>
    public int Seats => Weight is { } weight ? Lottery.Seats(weight, Size) : Size;

    /// <summary>T.</summary>
    public int AcceptsNeeded => Lottery.AcceptThreshold(Seats);

    /// <summary>τ' − T + 1.</summary>
    public int RejectsNeeded => Lottery.RejectThreshold(Seats);

    /// <summary>Bad evidence is accepted by one committee.</summary>
    public Chance BadPassesDraw => Seated(Honest.Complement).AtLeast(AcceptsNeeded);

    /// <summary>Bad evidence is accepted in one of a case's committees.</summary>
    public Chance BadPassesCase => BadPassesDraw.Times((long)Rounds * Attempts);

    /// <summary>Bad evidence is accepted in one of a million cases.</summary>
    public Chance BadPassesMillion => BadPassesDraw.Times((long)Rounds * Attempts * 1_000_000);

    /// <summary>A round over good evidence does not decide, as too few of the honest sit; the others say nothing.</summary>
    public Chance Undecided => Seated(Honest).FewerThan(AcceptsNeeded);

    /// <summary>The same with some of the honest asleep.</summary>
    public Chance UndecidedAsleep => Seated(Product(Honest, Asleep.Complement)).FewerThan(AcceptsNeeded);

    /// <summary>Bad evidence is accepted by one committee when, besides the bad, the careless accept everything.</summary>
    public Chance CarelessPass => Seated(Sum(Honest.Complement, Careless)).AtLeast(AcceptsNeeded);

    /// <summary>Up to so many verifiers no committee can hold enough of the bad, however it is drawn.</summary>
    public long SafeWeight
    {
        get
        {
            // Beyond τ the threshold stays at that of τ seats; below it all sit, and ⌊(1−h)·W⌋ bad must stay below T(W).
            long weight = Size;
            while (Honest.Complement.Numerator > 0 && Honest.Complement.Of(weight + 1) < Lottery.AcceptThreshold(Size)) weight++;
            return Honest.Complement.Numerator == 0 ? long.MaxValue : Honest.Complement.Of(Size) < Lottery.AcceptThreshold(Size) ? weight : 0;
        }
    }

    private SeatCount Seated(Fraction share) =>
        Weight is { } weight ? SeatCount.Of(share.Of(weight), weight, Size) : SeatCount.OfMany(share, Size);

    private static Fraction Product(Fraction first, Fraction second) => new(first.Numerator * second.Numerator, first.Denominator * second.Denominator);

    private static Fraction Sum(Fraction first, Fraction second)
    {
        var sum = new Fraction(first.Numerator * second.Denominator + second.Numerator * first.Denominator, first.Denominator * second.Denominator);
        return sum.Numerator <= sum.Denominator ? sum : new Fraction(1, 1);
    }
}
