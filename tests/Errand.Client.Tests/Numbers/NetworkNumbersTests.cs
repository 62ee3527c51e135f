using System.Numerics;
using CsCheck;

namespace Errand.Client.Tests;

public sealed class NetworkNumbersTests
{
    [Fact]
    public void T_60_numbers_are_those_of_the_specification()
    {
        // docs/protocol.md section 9.
        NetworkNumbers numbers = NetworkNumbers.Default;
        Assert.Equal((128, 77, 52), (numbers.Seats, numbers.AcceptsNeeded, numbers.RejectsNeeded));
        AssertRounds(-52.1, numbers.BadPassesDraw.Log2, 1);
        AssertRounds(-49.5, numbers.BadPassesCase.Log2, 1);
        AssertRounds(-29.6, numbers.BadPassesMillion.Log2, 1);
        AssertRounds(-11.1, numbers.CarelessPass.Log2, 1);
        AssertRounds(0.387, numbers.Undecided.Value * 100, 3);
        AssertRounds(4.81, numbers.UndecidedAsleep.Value * 100, 2);
        Assert.Equal(384, numbers.SafeWeight);
    }

    [Fact]
    public void Few_verifiers_are_judged_by_counting()
    {
        // 10 verifiers all sit: 2 bad ones never reach 7, 8 good ones always do; with one in three honest, 6 bad of 10 do not, 7 do.
        NetworkNumbers ten = NetworkNumbers.Default with { Weight = 10 };
        Assert.Equal((10, 7, 4), (ten.Seats, ten.AcceptsNeeded, ten.RejectsNeeded));
        Assert.Equal(BigInteger.Zero, ten.BadPassesDraw.Favourable);
        Assert.Equal(0, ten.Undecided.Value);
        Assert.Equal(1, (ten with { Honest = new Fraction(3, 10) }).BadPassesDraw.Value);
        Assert.Equal(1, (ten with { Asleep = new Fraction(5, 10) }).UndecidedAsleep.Value);
    }

    [Fact]
    public void Beyond_the_safe_number_of_verifiers_a_bad_committee_is_possible_and_up_to_it_is_not()
    {
        Assert.Equal(BigInteger.Zero, (NetworkNumbers.Default with { Weight = 384 }).BadPassesDraw.Favourable);
        Assert.False((NetworkNumbers.Default with { Weight = 385 }).BadPassesDraw.Favourable.IsZero);
    }

    [Theory]
    [InlineData(1000, -64.1040)]
    [InlineData(2000, -57.3468)]
    [InlineData(10_000, -53.0310)]
    [InlineData(100_000, -52.1620)]
    public void Finite_networks_agree_with_the_binomial_computed_elsewhere(long weight, double log2) =>
        Assert.Equal(log2, (NetworkNumbers.Default with { Weight = weight }).BadPassesDraw.Log2, 3);

    [Fact]
    public void Distribution_agrees_with_exact_rational_arithmetic() =>
        Gen.Select(Gen.Int[1, 60], Gen.Int[2, 90], Gen.Int[1, 40], Gen.Int[0, 60]).Sample((count, weight, size, seats) =>
        {
            if (weight <= size || count > weight) return;
            // Σ C(n,k) τ^k (W−τ)^(n−k) / W^n, in whole numbers.
            BigInteger exact = 0;
            for (int k = seats; k <= count; k++) exact += Choose(count, k) * BigInteger.Pow(size, k) * BigInteger.Pow(weight - size, count - k);
            Chance chance = SeatCount.Of(count, weight, size).AtLeast(seats);
            BigInteger left = chance.Favourable * BigInteger.Pow(weight, count), right = exact * chance.All;
            Assert.True(BigInteger.Abs(left - right) <= chance.All * BigInteger.Pow(weight, count) >> 180);
        });

    [Fact]
    public void More_honesty_is_never_less_safe() =>
        Gen.Select(Gen.Int[50, 98], Gen.Int[1, 2000]).Sample((percent, weight) =>
        {
            NetworkNumbers less = NetworkNumbers.Default with { Honest = new Fraction(percent, 100), Weight = weight };
            NetworkNumbers more = less with { Honest = new Fraction(percent + 1, 100) };
            return more.BadPassesDraw.Value <= less.BadPassesDraw.Value && more.Undecided.Value <= less.Undecided.Value;
        });

    [Theory]
    [InlineData("0.8", true)]
    [InlineData("1", true)]
    [InlineData("0", true)]
    [InlineData("0.123456789", true)]
    [InlineData("1.1", false)]
    [InlineData("-0.1", false)]
    [InlineData("0,8", false)]
    [InlineData("8e-1", false)]
    [InlineData("", false)]
    [InlineData("0.1234567891234", false)]
    public void Shares_are_decimals_from_0_to_1(string text, bool read) => Assert.Equal(read, Fraction.TryParse(text, out _));

    private static void AssertRounds(double expected, double actual, int digits) => Assert.Equal(expected, Math.Round(actual, digits));

    private static BigInteger Choose(int n, int k)
    {
        BigInteger value = 1;
        for (int i = 1; i <= k; i++) value = value * (n - k + i) / i;
        return value;
    }
}
