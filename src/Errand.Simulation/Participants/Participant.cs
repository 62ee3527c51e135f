using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Simulation;

/// <summary>Somebody with a key, a fold of the ledger, a disk and a clock; does what its state calls for whenever it looks.</summary>
internal abstract class Participant
{
    private const long LookMilliseconds = 1_500;
    private const long RetryMilliseconds = 3_000;

    private readonly Dictionary<string, long> _tried = new(StringComparer.Ordinal);
    private readonly Queue<Crash> _crashes;
    private ulong _sequence;
    private int _operations;
    private int _life;

    protected Participant(World world, string name)
    {
        World = world;
        Keys = Identity.Of(name);
        Lie = world.Plan.Liars.Of(name);
        Chance = world.Chance.Fork();
        Follower = null!;
        _crashes = new Queue<Crash>(world.Plan.Faults.Crashes.Where(crash => crash.Name == name).OrderBy(crash => crash.AtOperation));
    }

    public World World { get; }

    public Identity Keys { get; }

    public string Name => Keys.Name;

    public PublicKey Id => Keys.Id;

    public Lie Lie { get; }

    public bool IsHonest => Lie == Lie.None;

    public Follower Follower { get; private set; }

    /// <summary>When it was down.</summary>
    public List<(long From, long Until)> Outages { get; } = [];

    protected Chance Chance { get; }

    protected Journal Journal { get; } = new();

    protected NetworkState State => Follower.State;

    /// <summary>Its own clock.</summary>
    protected long Now => World.Events.Now + World.Plan.Faults.SkewOf(Name);

    private bool IsDown { get; set; }

    /// <summary>Begins, or begins again after a crash: everything but the journal is new.</summary>
    public void Start()
    {
        IsDown = false;
        _tried.Clear();
        Follower = new Follower(World, this);
        OnStart();
        Follower.Pull(Follower.View.Count);
    }

    /// <summary>Looks what there is to do, now and from now on.</summary>
    public void Look()
    {
        int life = _life;
        Guard(life, () => { Follower.Pull(Seen()); Act(); });
        World.Events.After(LookMilliseconds + Chance.Below(200), () =>
        {
            if (life == _life) Look();
        });
    }

    /// <summary>Reads what the ledger shows, which may be less than there is, and acts on it.</summary>
    public void Pull() => Guard(_life, () =>
    {
        int before = Follower.Position;
        Follower.Pull(Seen());
        if (Follower.Position != before) Act();
    });

    /// <summary>Folds everything there is, without acting.</summary>
    public void ReadToEnd()
    {
        if (IsDown) Start();
        Follower.Pull(int.MaxValue);
    }

    /// <summary>Called for each entry folded.</summary>
    public virtual void OnApplied(LedgerRecord record, ApplyResult result)
    {
    }

    /// <summary>Forgets what a process forgets.</summary>
    protected virtual void OnStart()
    {
    }

    /// <summary>Does what the state calls for. Called again and again: what has been tried waits before it is tried anew.</summary>
    protected abstract void Act();

    /// <summary>Does something unless it was tried a moment ago.</summary>
    protected void Try(string duty, Action attempt)
    {
        long now = World.Events.Now;
        if (_tried.TryGetValue(duty, out long at) && now < at + RetryMilliseconds) return;
        _tried[duty] = now;
        attempt();
    }

    /// <summary>Does something once in this life.</summary>
    protected void Once(string duty, Action attempt)
    {
        if (_tried.TryAdd(duty, long.MaxValue / 2)) attempt();
    }

    /// <summary>Signs an entry and sends it to the ledger; again after a while, unless the state has moved on.</summary>
    protected void Publish(string duty, EntryBody body) => Try(duty, () => Send(body));

    /// <summary>Signs an entry and sends it to the ledger.</summary>
    protected void Send(EntryBody body)
    {
        Operate();
        SendBytes(Sign(body));
    }

    protected ReadOnlyMemory<byte> Sign(EntryBody body)
    {
        _sequence = Math.Max(Math.Max(_sequence, State.LastSequence(Id)) + 1, (ulong)Now * 1000);
        return EntrySigner.Sign(World.Network, Keys.Key, _sequence, body).Encoded;
    }

    protected void SendBytes(ReadOnlyMemory<byte> bytes) => World.Wire.Send(Name, Wire.Ledger, () => World.Ledger.Append(this, bytes));

    /// <summary>Writes to the journal and goes on when the disk has it; a crash may tear the record.</summary>
    protected void Write(byte[] record, Action then)
    {
        if (IsCrashDue(out Crash crash))
        {
            Journal.AppendTorn(record, crash.TornBytes);
            throw new CrashedException();
        }
        Later(Chance.Between(0, World.Plan.Faults.DiskMaxMilliseconds), () =>
        {
            Journal.Append(record);
            then();
        });
    }

    /// <summary>Does something later, if it is still alive then.</summary>
    protected void Later(long milliseconds, Action action)
    {
        int life = _life;
        World.Events.After(milliseconds, () => Guard(life, action));
    }

    /// <summary>A message to another participant.</summary>
    protected void Tell(Participant other, Action arrive)
    {
        Operate();
        World.Wire.Send(Name, other.Name, () => other.Guard(other._life, arrive));
    }

    private int Seen()
    {
        int count = World.Ledger.ViewOf(this).Count;
        return World.Plan.Faults.StalePercent > 0 && Chance.Percent(World.Plan.Faults.StalePercent) ? Math.Max(Follower.Position, count - Chance.Below(8)) : count;
    }

    private void Operate()
    {
        if (IsCrashDue(out _)) throw new CrashedException();
    }

    private bool IsCrashDue(out Crash crash)
    {
        _operations++;
        return _crashes.TryPeek(out crash!) && _operations >= crash.AtOperation;
    }

    private void Guard(int life, Action action)
    {
        if (IsDown || life != _life) return;
        try
        {
            action();
        }
        catch (CrashedException)
        {
            Crash crash = _crashes.Dequeue();
            IsDown = true;
            _life++;
            Outages.Add((World.Events.Now, World.Events.Now + crash.DownMilliseconds));
            World.Events.After(crash.DownMilliseconds, () =>
            {
                Start();
                Look();
            });
        }
    }
}
