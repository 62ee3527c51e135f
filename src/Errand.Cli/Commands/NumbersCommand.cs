using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Errand.Client;

namespace Errand.Cli;

/// <summary><c>errand numbers</c>: the security of committees in numbers, with what they assume.</summary>
internal static class NumbersCommand
{
    private const int SizeMax = 1024, RepeatsMax = 16;
    private const long WeightMax = 10_000_000;

    private static readonly string[] Assumptions =
    [
        "Operators: the given share is honest and awake, and votes as its own appraisal says. One operator has one seat.",
        "Appraisal: the code with which verifiers and brokers appraise is right.",
        "Hardware: a TEE's keys are safe against whoever holds the machine. Published attacks with an interposer on the memory bus say otherwise for physical access.",
        "Draw: at least one owner, or the lowest beacon ticket, is honest.",
        "Ledger: its backend orders entries as described; with the embedded one, its operator can stall or censor.",
    ];

    public static Command Build(CommandRunner runner)
    {
        var numbers = new CliCommand("numbers", "Print how safe and how live committees are, and what that assumes.", "errand numbers", "errand numbers --verifiers 40 --honest 0.75");
        var size = new Option<int>("--tau") { Description = "Expected seats of a committee.", DefaultValueFactory = _ => 128, HelpName = "N" };
        var weight = new Option<long?>("--verifiers") { Description = "Verifiers in the lottery; else very many.", HelpName = "N" };
        var honest = new Option<string>("--honest") { Description = "Share of honest operators.", DefaultValueFactory = _ => "0.8", HelpName = "SHARE" };
        var asleep = new Option<string>("--asleep") { Description = "Share of the honest who sleep.", DefaultValueFactory = _ => "0.1", HelpName = "SHARE" };
        var careless = new Option<string>("--careless") { Description = "Share of all who accept without looking.", DefaultValueFactory = _ => "0.2", HelpName = "SHARE" };
        var rounds = new Option<int>("--rounds") { Description = "Rounds of an attempt.", DefaultValueFactory = _ => 3, HelpName = "N" };
        var attempts = new Option<int>("--attempts") { Description = "Attempts of a task.", DefaultValueFactory = _ => 2, HelpName = "N" };
        foreach (Option option in new Option[] { size, weight, honest, asleep, careless, rounds, attempts }) numbers.Add(option);
        runner.Set(numbers, context => Print(context, new NetworkNumbers
        {
            Size = (int)InRange(context.Get(size), SizeMax, "--tau"),
            Weight = context.Get(weight) is { } known ? InRange(known, WeightMax, "--verifiers") : null,
            Honest = Share(context.Get(honest), "--honest"),
            Asleep = Share(context.Get(asleep), "--asleep"),
            Careless = Share(context.Get(careless), "--careless"),
            Rounds = (int)InRange(context.Get(rounds), RepeatsMax, "--rounds"),
            Attempts = (int)InRange(context.Get(attempts), RepeatsMax, "--attempts"),
        }));
        return numbers;
    }

    private static ExitCode Print(CommandContext context, NetworkNumbers numbers)
    {
        if (context.Json)
        {
            context.WriteJson(json => Write(json, numbers));
            return ExitCode.Ok;
        }
        string verifiers = numbers.Weight is { } weight ? Number(weight) : "very many";
        context.Line($"tau {numbers.Size}, {verifiers} verifiers, share {numbers.Honest} honest: {numbers.Seats} seats, {numbers.AcceptsNeeded} accepts approve, {numbers.RejectsNeeded} rejects reject");
        context.Line();
        context.Line("Bad evidence passes");
        context.Line($"  one draw                                 {Power(numbers.BadPassesDraw)}");
        context.Line($"  a case ({numbers.Rounds} rounds, {numbers.Attempts} attempts)              {Power(numbers.BadPassesCase)}");
        context.Line($"  one of a million cases                   {Power(numbers.BadPassesMillion)}");
        context.Line($"  one draw, if a share {numbers.Careless} accepts unseen  {Power(numbers.CarelessPass)}");
        context.Line("Good evidence is not decided in a round");
        context.Line($"  all honest awake                         {Percent(numbers.Undecided)}");
        context.Line($"  a share {numbers.Asleep} of the honest asleep         {Percent(numbers.UndecidedAsleep)}");
        context.Line(numbers.SafeWeight switch
        {
            0 => "No number of verifiers excludes a bad committee.",
            long.MaxValue => "No committee can be bad: all are honest.",
            _ => $"Up to {Number(numbers.SafeWeight)} verifiers no draw at all can give a bad committee.",
        });
        context.Line();
        context.Line("These figures assume:");
        foreach (string assumption in Assumptions) context.Line($"  - {assumption}");
        return ExitCode.Ok;
    }

    private static void Write(Utf8JsonWriter json, NetworkNumbers numbers)
    {
        json.WriteStartObject();
        json.WriteNumber("tau", numbers.Size);
        if (numbers.Weight is { } weight) json.WriteNumber("verifiers", weight);
        json.WriteString("honest", numbers.Honest.ToString());
        json.WriteNumber("seats", numbers.Seats);
        json.WriteNumber("acceptsNeeded", numbers.AcceptsNeeded);
        json.WriteNumber("rejectsNeeded", numbers.RejectsNeeded);
        WriteLog(json, "badPassesDrawLog2", numbers.BadPassesDraw);
        WriteLog(json, "badPassesCaseLog2", numbers.BadPassesCase);
        WriteLog(json, "badPassesMillionLog2", numbers.BadPassesMillion);
        WriteLog(json, "carelessPassLog2", numbers.CarelessPass);
        json.WriteNumber("undecided", numbers.Undecided.Value);
        json.WriteNumber("undecidedAsleep", numbers.UndecidedAsleep.Value);
        json.WriteNumber("safeVerifiers", numbers.SafeWeight);
        json.WriteStartArray("assumptions");
        foreach (string assumption in Assumptions) json.WriteStringValue(assumption);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    // JSON has no infinity: what cannot happen is null.
    private static void WriteLog(Utf8JsonWriter json, string name, Chance chance)
    {
        if (chance.Favourable.IsZero) json.WriteNull(name);
        else json.WriteNumber(name, chance.Log2);
    }

    private static string Power(Chance chance) => chance.Favourable.IsZero ? "never" : string.Create(CultureInfo.InvariantCulture, $"2^{chance.Log2:0.0}");

    private static string Percent(Chance chance) => chance.Favourable.IsZero ? "never" : string.Create(CultureInfo.InvariantCulture, $"{chance.Value * 100:G3} %");

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static long InRange(long value, long max, string option) => value >= 1 && value <= max
        ? value
        : throw new ClientException(ClientError.Usage, $"{option} is a number from 1 to {Number(max)}.");

    private static Fraction Share(string text, string option) => Fraction.TryParse(text, out Fraction share)
        ? share
        : throw new ClientException(ClientError.Usage, $"{option} is a decimal from 0 to 1, as in 0.8.");
}
