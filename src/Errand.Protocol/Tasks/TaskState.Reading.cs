using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>Reading a task's record from a snapshot.</summary>
public sealed partial class TaskState
{
    internal static TaskState ReadFrom(TaskId id, ref RecordReader reader)
    {
        reader.Map(16);
        reader.Key(0);
        var requester = new PublicKey(reader.Bytes32());
        reader.Key(1);
        long position = reader.Long();
        reader.Key(2);
        long epoch = reader.Long();
        reader.Key(3);
        long weight = reader.Long();
        reader.Key(4);
        TaskPhase phase = reader.Enum<TaskPhase>((int)TaskPhase.Ended);
        reader.Key(5);
        long due = reader.Long();
        var accepts = new SortedDictionary<AssetId, byte[]>();
        reader.Key(6);
        for (int count = reader.Count(); count > 0 && !reader.Failed; count--)
        {
            reader.Array(2);
            if (!accepts.TryAdd(new AssetId(reader.Bytes32()), reader.Bytes(ProtocolSizes.Hash64))) reader.Fail();
        }
        reader.Key(7);
        Bytes32? seed = reader.OptionalBytes32();
        reader.Key(8);
        reader.Array(2);
        bool weak = reader.Bool();
        int waited = reader.Int();
        var attempts = new List<AttemptState>();
        reader.Key(9);
        for (int count = reader.Count(); count > 0 && !reader.Failed; count--) attempts.Add(AttemptState.ReadFrom(ref reader));
        var steps = new List<TaskStep>();
        reader.Key(10);
        for (int count = reader.Count(); count > 0 && !reader.Failed; count--)
        {
            reader.Array(3);
            steps.Add(new TaskStep(reader.Enum<TaskPhase>((int)TaskPhase.Ended), reader.Int(), reader.Long()));
        }
        reader.Key(11);
        reader.Array(2);
        TaskOutcome outcome = reader.Enum<TaskOutcome>(byte.MaxValue);
        TaskReason reason = reader.Enum<TaskReason>(byte.MaxValue);
        reader.Key(12);
        long receipt = reader.Long() - 1;
        var tickets = new List<ExecutorTicket>();
        reader.Key(13);
        for (int count = reader.Count(); count > 0 && !reader.Failed; count--)
        {
            reader.Array(2);
            tickets.Add(new ExecutorTicket(reader.Bytes(ProtocolSizes.Hash64), new PublicKey(reader.Bytes32())));
        }
        reader.Key(14);
        var fields = new FieldReader(reader.Item());
        SubmitEntry submit = SubmitEntry.Read(ref fields);
        if (fields.Close() != FieldError.None) reader.Fail();
        reader.Key(15);
        reader.Array(2);
        int terms = reader.Int();
        bool rescue = reader.Bool();

        var task = new TaskState(id, requester, submit, position, epoch, weight, terms)
        {
            Phase = phase, PhaseDueMilliseconds = due, Seed = seed, WeakBeacon = weak, WeakEpochsWaited = waited,
            Outcome = outcome, Reason = reason, ReceiptPosition = receipt, Rescue = rescue,
        };
        foreach ((AssetId asset, byte[] beta) in accepts) task._accepts.Add(asset, beta);
        task._attempts.AddRange(attempts);
        task._steps.AddRange(steps);
        task.TicketSet.UnionWith(tickets);
        return task;
    }
}
