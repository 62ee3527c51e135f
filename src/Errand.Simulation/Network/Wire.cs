namespace Errand.Simulation;

/// <summary>Carries messages, as badly as the plan says: lost, doubled, late and therefore out of order, cut off.</summary>
internal sealed class Wire(World world, Chance chance)
{
    /// <summary>The ledger's name on the wire.</summary>
    public const string Ledger = "ledger";

    private readonly FaultPlan _faults = world.Plan.Faults;

    /// <summary>Sends a message; what it does on arrival happens not at all, once or twice.</summary>
    public void Send(string from, string to, Action arrive)
    {
        if (_faults.LossPercent > 0 && chance.Percent(_faults.LossPercent)) return;
        Deliver(from, to, arrive);
        if (_faults.DuplicatePercent > 0 && chance.Percent(_faults.DuplicatePercent)) Deliver(from, to, arrive);
    }

    private void Deliver(string from, string to, Action arrive) => world.Events.After(chance.Between(1, _faults.DelayMaxMilliseconds), () =>
    {
        long now = world.Events.Now;
        if (!_faults.Partitions.Any(partition => partition.Separates(from, to, now))) arrive();
    });
}
