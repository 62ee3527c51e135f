using Errand.Protocol;

namespace Errand.Simulation;

/// <summary>The ledger: orders entries and gives them times. Where its plan says so, it lies.</summary>
internal sealed class SimulatedLedger(World world)
{
    private readonly LedgerPlan _plan = world.Plan.Ledger;
    private LedgerView? _forged;

    /// <summary>The history that most are shown.</summary>
    public LedgerView Main { get; private set; } = new("main", world.Network);

    /// <summary>The ledger's clock.</summary>
    public long Clock => world.Events.Now + (_plan.Lie == LedgerLie.ClockJump && IsLying ? _plan.JumpMilliseconds : 0);

    private bool IsLying => world.Events.Now >= _plan.FromMilliseconds && world.Events.Now < _plan.UntilMilliseconds;

    /// <summary>The history that a participant is shown.</summary>
    public LedgerView ViewOf(Participant reader) => _forged is not null && _plan.Victims.Contains(reader.Name) ? _forged : Main;

    /// <summary>Takes bytes as they arrive.</summary>
    public void Append(Participant from, ReadOnlyMemory<byte> bytes)
    {
        if (IsLying && _plan.Victims.Contains(from.Name))
        {
            if (_plan.Lie == LedgerLie.Omit) return;
            if (_plan.Lie == LedgerLie.Delay)
            {
                world.Events.At(_plan.UntilMilliseconds, () => Write(bytes));
                return;
            }
        }
        Write(bytes);
    }

    /// <summary>Begins to show two histories, or takes the latest entries back.</summary>
    public void Split()
    {
        switch (_plan.Lie)
        {
            case LedgerLie.TwoViews:
                _forged = Main.Branch("forged", Main.Count);
                break;
            case LedgerLie.RollBack:
                Main = Main.Branch("rolled back", Math.Max(0, Main.Count - _plan.EntriesTaken));
                break;
            default:
                throw new InvalidOperationException($"A ledger that lies by {_plan.Lie} does not split.");
        }
    }

    private void Write(ReadOnlyMemory<byte> bytes)
    {
        Main.Append(Clock, bytes);
        // The victims of a forged history do not see one kind of entry, a withdrawal for example.
        if (_forged is not null && Main[Main.Count - 1].Prepared.Body?.Kind != _plan.Hidden) _forged.Append(Clock, bytes);
        world.Announce();
    }
}
