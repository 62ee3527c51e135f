using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>
/// What nodes stand on (docs/protocol.md section 6.1.7): an endorsement key and a chip are a node's from the Proof of Trust that showed
/// them until they have cooled down. An offer alone binds nothing: anybody can write the id of another's TPM into one.
/// </summary>
public sealed partial class NetworkState
{
    // Indexes over nodes and chips; they follow from the records.
    private readonly RecordMap<Bytes32, NodeState> _endorsementKeys = new(node => node.EkId!.Value);
    private readonly RecordMap<Bytes32, NodeState> _chips = new(node => node.ChipId!.Value);
    private readonly Dictionary<Bytes32, ChipState> _chipStates = [];

    /// <summary>Chips whose executors have failed attempts.</summary>
    public IReadOnlyDictionary<Bytes32, ChipState> Chips => _chipStates;

    /// <summary>None when an endorsement key that a node would offer is not banned and no other node holds it, else why it may not.</summary>
    public RefusalReason CheckEk(NodeState node, Bytes32 ek) =>
        _bannedKeys.ContainsKey(ek) ? RefusalReason.EkBanned : Check(_endorsementKeys, node, ek, RefusalReason.EkInUse, RefusalReason.EkCooldown); // R-6.1.4.19

    private RefusalReason CheckChip(NodeState node, Bytes32? chip) =>
        chip is { } id ? Check(_chips, node, id, RefusalReason.ChipInUse, RefusalReason.ChipCooldown) : RefusalReason.None;

    private RefusalReason Check(RecordMap<Bytes32, NodeState> holders, NodeState node, Bytes32 id, RefusalReason inUse, RefusalReason cooldown)
    {
        ArgumentNullException.ThrowIfNull(node);
        if (!holders.TryGetValue(id, out NodeState? holder) || holder == node) return RefusalReason.None;
        if (!HoldsHardware(holder)) return RefusalReason.None;
        return holder.IsActive ? inUse : cooldown;
    }

    private bool HoldsHardware(NodeState node) => node.EkId is not null && Clock.Epoch < node.HardwareFreeEpoch; // R-6.1.7.1

    private void BindHardware(NodeState node, Bytes32 ek, Bytes32? chip, long freeEpoch)
    {
        if (_endorsementKeys.TryGetValue(ek, out NodeState? holder) && holder != node) TakeHardware(holder);
        if (chip is { } taken && _chips.TryGetValue(taken, out holder) && holder != node) TakeHardware(holder);
        FreeHardware(node);
        node.EkId = ek;
        _endorsementKeys.Add(node);
        node.ChipId = chip;
        if (chip is { } id)
        {
            _chips.Add(node);
            node.Chip = _chipStates.GetValueOrDefault(id);
        }
        node.HardwareFreeEpoch = freeEpoch;
    }

    // Whose hardware has moved on after its cool-down has nothing left that proves it.
    private void TakeHardware(NodeState holder) // R-6.1.7.2
    {
        FreeHardware(holder);
        holder.Proven = false;
        _records.Touch(holder);
    }

    private void FreeHardware(NodeState node)
    {
        if (node.EkId is { } ek) _endorsementKeys.Remove(ek);
        if (node.ChipId is { } chip) _chips.Remove(chip);
        node.EkId = null;
        node.ChipId = null;
        node.Chip = null;
    }

    private void CoolDown(NodeState node) => node.HardwareFreeEpoch = Clock.Epoch + 1 + Terms.Admission.CooldownEpochs;

    // Of the chip, not of the node: another node on it would be the same executor under a new name.
    private void Pause(NodeState executor, long epochs)
    {
        if (executor.ChipId is not { } id) return;
        if (!_chipStates.TryGetValue(id, out ChipState? chip)) _chipStates.Add(id, chip = new ChipState(id));
        executor.Chip = chip;
        chip.Strikes++; // R-6.1.7.3
        chip.PausedUntilEpoch = Math.Max(chip.PausedUntilEpoch, Clock.Epoch + epochs);
        _records.Touch(chip);
    }
}
