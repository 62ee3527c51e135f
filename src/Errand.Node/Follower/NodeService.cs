using Errand.Attestation;
using Errand.Client;
using Errand.Cryptography;
using Errand.Ledger;
using Errand.Platform;
using Errand.Primitives;
using Errand.Protocol;
using Microsoft.Extensions.Logging;

namespace Errand.Node;

/// <summary>A node: a service that registers, proves its machine, renews the proof in time and answers challenges about it.</summary>
public abstract class NodeService : LedgerService, IChallengeResponder
{
    // A machine that is started again takes its node with it, so the first look finds most changes; a TPM that was reset alone is found by a later one.
    private const long LookMilliseconds = 60_000;

    private readonly NodeProfile _profile;
    private readonly ILedger _ledger;
    private long _changedSince = -1;
    private Bytes32 _openCase;
    private readonly Lock _caseLock = new();
    private readonly TaskCompletionSource _qualified = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private protected NodeService(string name, NodeContext context, Identity self, NodeProfile profile, Machine machine)
        : base(name, context, self)
    {
        _profile = profile;
        _ledger = context.Ledger;
        Machine = machine;
        RequiredPcrs = PcrSet.Of([.. context.Genesis.Platform.RequiredPcrs]);
    }

    /// <summary>The node's key.</summary>
    public PublicKey Id => Self.PublicKey;

    /// <summary>Completes when the node has seen itself qualified, at the endpoint of this start.</summary>
    public Task Qualified => _qualified.Task;

    private protected Machine Machine { get; }

    private protected PcrSet RequiredPcrs { get; }

    /// <inheritdoc/>
    public async ValueTask<byte[]?> AnswerAsync(Bytes32 caseId, CredentialChallenge challenge, CancellationToken cancellation)
    {
        lock (_caseLock)
            if (_openCase.IsZero || caseId != _openCase) return null;
        return await Machine.Tpm.ActivateCredentialAsync(challenge, cancellation).ConfigureAwait(false);
    }

    private protected override void FindDuties()
    {
        State.Nodes.TryGetValue(Self.PublicKey, out NodeState? self);
        lock (_caseLock) _openCase = self?.OpenCase ?? default;
        if (self?.Retired == true) return;
        if (self is { Proven: true, IsActive: true } && self.Endpoint == _profile.Endpoint && self.KeyAt(State.Clock.Epoch) is not null) _qualified.TrySetResult();
        if (self is null || !self.Registered || self.Endpoint != _profile.Endpoint || self.VrfKey != Self.VrfKey.PublicKey) Register();
        else if ((State.IsRenewalTime(self) || Interlocked.Read(ref _changedSince) == self.ProvenPosition) && State.CheckMayOffer(Self.PublicKey) == RefusalReason.None
            && State.CheckEk(self, OfferEntry.EkIdOf(State.Network, Machine.Tpm.EkPublic.Encoded.Span)) == RefusalReason.None) Offer(self.Offers + 1);
        if (self is { Proven: true, Retired: false }) LookAtMachine(self);
    }

    // After a restart fresh quotes no longer match the proof: the node says so itself, before a task of it fails.
    private void LookAtMachine(NodeState self)
    {
        long position = self.ProvenPosition;
        NetworkId network = State.Network;
        StartDuty(new DutyId("look-at-machine", default, position, NowMilliseconds / LookMilliseconds), async cancellation =>
        {
            AttestationResult? result = await QualifiedMachine.CompareAsync(Machine.Tpm, _ledger, network, position, cancellation).ConfigureAwait(false);
            if (result is null or { Accepted: true } || Interlocked.Exchange(ref _changedSince, position) == position) return;
            Log.LogWarning("{Service}: the machine is no longer as it was proven ({Reason}); it is offered again as soon as the network takes an offer", Name, result.Reason.ToCode());
            Wake();
        });
    }

    private void Register()
    {
        var duty = new DutyId("register", default);
        NetworkId network = State.Network;
        StartDuty(duty, cancellation => PublishAsync(duty, new RegisterEntry
        {
            Roles = _profile.Roles,
            VrfKey = Self.VrfKey.PublicKey,
            VrfPossession = Possession(network),
            Operator = _profile.Operator,
            Vouch = _profile.Vouch,
            Endpoint = _profile.Endpoint,
            Site = _profile.Site,
            Jurisdiction = _profile.Jurisdiction,
            Tee = _profile.Tee,
        }, cancellation));
    }

    private byte[] Possession(NetworkId network)
    {
        var proof = new byte[Vrf.ProofSize];
        Self.VrfKey.Prove(RegisterEntry.PossessionInput(network, Self.PublicKey), proof);
        return proof;
    }

    private void Offer(int number)
    {
        // One try an epoch: the quote's nonce is of this epoch's R.
        var duty = new DutyId("offer", default, number, State.Clock.Epoch);
        Bytes32 randomness = State.Clock.Randomness.Randomness;
        NetworkId network = State.Network;
        long staleMilliseconds = State.Genesis.StartMilliseconds + (State.Clock.Epoch + 2) * State.Genesis.Times.EpochMilliseconds;
        StartDuty(duty, async cancellation =>
        {
            OfferEntry offer = await MakeOfferAsync(network, number, randomness, cancellation).ConfigureAwait(false);
            // Verifiers rightly reject a nonce of R(e-2), and a rejection costs standing: a machine too busy to quote in time tries again.
            if (NowMilliseconds >= staleMilliseconds) Log.LogWarning("{Service}: the quote took longer than its nonce holds; it is made again for the next epoch", Name);
            else await PublishAsync(duty, offer, cancellation).ConfigureAwait(false);
        });
    }

    private async Task<OfferEntry> MakeOfferAsync(NetworkId network, int number, Bytes32 randomness, CancellationToken cancellation)
    {
        Bytes32 ekId = OfferEntry.EkIdOf(network, Machine.Tpm.EkPublic.Encoded.Span);
        Bytes32 caseId = OfferEntry.CaseId(network, Self.PublicKey, number);
        TeeEvidence? tee = await Machine.ReportPlatformAsync(network, Self.PublicKey, ekId, cancellation).ConfigureAwait(false);
        ReadOnlyMemory<byte> report = tee?.Report ?? default;
        Bytes32 nonce = OfferEntry.QuoteNonce(network, Self.PublicKey, Self.VrfKey.PublicKey, caseId, report.Span, randomness);
        PlatformEvidence platform = await Machine.Tpm.CollectAsync(nonce.ToArray(), RequiredPcrs, cancellation).ConfigureAwait(false);
        return new OfferEntry
        {
            Number = number,
            EkId = ekId,
            ChipId = tee is null ? null : EvidenceAppraisal.ChipIdOf(ChipId(tee).Span),
            Platform = platform.Encode(),
            TeeReport = report,
            TeeEndorsements = tee is null ? default : Endorsements.Encode(tee),
        };
    }

    private static ReadOnlyMemory<byte> ChipId(TeeEvidence evidence) =>
        evidence.ReadChipId() ?? throw new InvalidOperationException("The TEE device gave a report that does not parse. Update the node software.");
}
