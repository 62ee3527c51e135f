using System.CommandLine;
using Errand.Client;
using Errand.Enclave;
using Errand.Protocol;

namespace Errand.Cli;

/// <summary>Options that say what one run of an app may use.</summary>
internal sealed class LimitOptions
{
    private readonly Option<long> _fuel = new("--fuel") { Description = "Instructions, about.", DefaultValueFactory = _ => 10_000_000_000, HelpName = "N" };
    private readonly Option<long> _memory = new("--memory") { Description = "Bytes of memory of the app.", DefaultValueFactory = _ => 256L << 20, HelpName = "BYTES" };
    private readonly Option<long> _output = new("--output") { Description = "Bytes of output.", DefaultValueFactory = _ => 64L << 10, HelpName = "BYTES" };
    private readonly Option<long> _log = new("--log") { Description = "Bytes of log kept in the sealed result.", DefaultValueFactory = _ => 0, HelpName = "BYTES" };
    private readonly Option<long> _padding = new("--padding") { Description = "Pad the result to a multiple of this.", DefaultValueFactory = _ => 4096, HelpName = "BYTES" };

    private readonly Option<int> _passes = new("--passes")
    {
        Description = "How often data too large for an enclave's memory is read, from its beginning to its end.",
        DefaultValueFactory = _ => 1,
        HelpName = "N",
    };

    public IEnumerable<Option> All => [_fuel, _memory, _output, _log, _padding, _passes];

    /// <summary>The limits as given.</summary>
    /// <exception cref="ClientException"><c>cli/usage</c>: one is negative, or padding is 0.</exception>
    public TaskLimits Read(CommandContext context)
    {
        foreach (Option<long> amount in (Option<long>[])[_fuel, _memory, _output, _log, _padding])
            if (context.Get(amount) < (amount == _padding ? 1 : 0)) throw new ClientException(ClientError.Usage, $"{amount.Name} is too small.", "Give a larger number of bytes or instructions.");
        if (context.Get(_passes) is < 1 or > TaskLimits.PassesMax) throw new ClientException(ClientError.Usage, $"{_passes.Name} is not from 1 to {TaskLimits.PassesMax}.", "Give how often the app reads its data.");
        return new TaskLimits((ulong)context.Get(_fuel), context.Get(_memory), context.Get(_output), context.Get(_log), context.Get(_padding)) { Passes = context.Get(_passes) };
    }

    /// <summary>The limits as given, when an enclave gives them.</summary>
    /// <exception cref="ClientException"><c>cli/usage</c>: they are beyond an enclave's own.</exception>
    public TaskLimits ReadForEnclave(CommandContext context)
    {
        TaskLimits limits = Read(context);
        long parts = EnclaveLimits.OutputBytesMax;
        // Each alone first: their sum could be too large for its type.
        if (limits.OutputBytes > parts || limits.LogBytes > parts || limits.PaddingBytes > parts || !EnclaveLimits.Allow(limits))
            throw new ClientException(ClientError.Usage, $"An enclave gives at most {parts} bytes of output, log and padding together, and 4 GiB of memory.", "Ask for less.");
        return limits;
    }
}
