using System.Security.Cryptography;
using Errand.Attestation;
using Errand.Tpm;

namespace Errand.Platform;

/// <summary>
/// A development TPM as a command interpreter: it answers the commands that a node sends with the structures of the standard, so that the code
/// that drives real TPMs drives it too. Policies are computed and enforced; the authorisation values of hierarchies are empty.
/// </summary>
internal sealed class DevelopmentTpmDevice : ITpm
{
    private const int ObjectsMax = 3, SessionsMax = 3, SealedSizeMax = 128;

    private readonly DevelopmentTpm _tpm;
    private readonly Lock _lock = new();
    private readonly Dictionary<uint, DevelopmentTpmObject> _objects = [];
    private readonly DevelopmentTpmSessions _sessions;
    private readonly DevelopmentTpmMemory _memory;
    private readonly byte[] _storageKey;
    private byte[] _contextKey = RandomNumberGenerator.GetBytes(16);
    private uint _boot;

    public DevelopmentTpmDevice(DevelopmentTpm tpm)
    {
        _tpm = tpm;
        _boot = tpm.ResetCount;
        _memory = new DevelopmentTpmMemory(tpm);
        _sessions = new DevelopmentTpmSessions(SessionsMax);
        byte[] seed = tpm.EndorsementKey.ExportPrivateKey();
        // From the endorsement key, so that what this TPM made is loaded again after the TPM was exported and imported.
        _storageKey = HKDF.DeriveKey(HashAlgorithmName.SHA256, seed, 16, [], "errand development tpm storage"u8.ToArray());
        CryptographicOperations.ZeroMemory(seed);
    }

    /// <inheritdoc/>
    public ValueTask<byte[]> TransmitAsync(ReadOnlyMemory<byte> command, CancellationToken cancellation)
    {
        TpmFrame.RequireCommand(command.Span);
        cancellation.ThrowIfCancellationRequested();
        lock (_lock)
        {
            ForgetAfterReset();
            DevelopmentTpmCommand? parsed = DevelopmentTpmCommand.TryParse(command.Span, out DevelopmentTpmAnswer answer);
            if (parsed is not null) answer = Run(parsed);
            return ValueTask.FromResult(Encode(parsed, answer));
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        CryptographicOperations.ZeroMemory(_storageKey);
        CryptographicOperations.ZeroMemory(_contextKey);
        return ValueTask.CompletedTask;
    }

    private static byte[] Encode(DevelopmentTpmCommand? command, DevelopmentTpmAnswer answer)
    {
        var body = new TpmWriter();
        bool sessions = answer.Code == 0 && command!.Authorizations.Length > 0;
        if (answer.Code == 0)
        {
            if (DevelopmentTpmCommand.Shape(command!.Code)!.Value.GivesHandle) body.UInt32(answer.Handle);
            if (sessions) body.UInt32((uint)answer.Parameters.Length);
            body.Bytes(answer.Parameters);
            // TPMS_AUTH_RESPONSE: no nonce, the session goes on, no HMAC.
            for (int i = 0; i < command.Authorizations.Length; i++) body.Sized([]).UInt8(1).Sized([]);
        }
        byte[] rest = body.ToArray();
        return new TpmWriter().UInt16(sessions ? TpmFrame.Sessions : TpmFrame.NoSessions).UInt32((uint)(TpmFrame.HeaderSize + rest.Length)).UInt32(answer.Code).Bytes(rest).ToArray();
    }

    private void ForgetAfterReset()
    {
        if (_boot == _tpm.ResetCount) return;
        _boot = _tpm.ResetCount;
        _objects.Clear();
        _sessions.Clear();
        _contextKey = RandomNumberGenerator.GetBytes(16);
    }

    private DevelopmentTpmAnswer Run(DevelopmentTpmCommand command) => command.Code switch
    {
        TpmCommandCode.Startup => DevelopmentTpmAnswer.Refuse(TpmError.Initialize), // it has been started
        TpmCommandCode.GetCapability => _memory.GetCapability(command.Parameters, _objects.Keys, _sessions.Handles),
        TpmCommandCode.GetRandom => DevelopmentTpmMemory.GetRandom(command.Parameters),
        TpmCommandCode.PcrRead => _memory.ReadPcrs(command.Parameters),
        TpmCommandCode.PcrExtend => _memory.Extend(command.Handles[0], command.Parameters),
        TpmCommandCode.NvReadPublic => _memory.ReadNvPublic(command.Handles[0]),
        TpmCommandCode.NvRead => _memory.ReadNv(command.Handles[0], command.Handles[1], command.Parameters),
        TpmCommandCode.StartAuthSession => _sessions.Start(command),
        TpmCommandCode.PolicySecret => _sessions.PolicySecret(command),
        TpmCommandCode.PolicyPcr => _sessions.PolicyPcr(command, _tpm.Pcrs),
        TpmCommandCode.FlushContext => Flush(command),
        _ => RunOnObjects(command),
    };

    private DevelopmentTpmAnswer RunOnObjects(DevelopmentTpmCommand command)
    {
        if (command.Code == TpmCommandCode.CreatePrimary) return CreatePrimary(command);
        if (command.Code == TpmCommandCode.ContextLoad) return LoadContext(command);
        for (uint i = 0; i < command.Handles.Length; i++)
        {
            if (!_objects.TryGetValue(command.Handles[i], out DevelopmentTpmObject? used)) return DevelopmentTpmAnswer.Refuse(TpmError.ReferenceObject + (int)i);
            if (i < command.Authorizations.Length && Authorize(used, command.Authorizations[i], i + 1) is { } refusal) return refusal;
        }
        DevelopmentTpmObject first = _objects[command.Handles[0]];
        return command.Code switch
        {
            TpmCommandCode.ReadPublic => DevelopmentTpmAnswer.Done(new TpmWriter().Sized(first.Public).Sized(first.Name).Sized(QualifiedName(first)).ToArray()),
            TpmCommandCode.ContextSave => SaveContext(command.Handles[0], first),
            TpmCommandCode.Create => Create(first, command.Parameters),
            TpmCommandCode.Load => Load(first, command.Parameters),
            TpmCommandCode.Quote => Quote(first, command.Parameters),
            TpmCommandCode.ActivateCredential => Activate(first, _objects[command.Handles[1]], command.Parameters),
            TpmCommandCode.Unseal => first.IsSealed ? DevelopmentTpmAnswer.Done(new TpmWriter().Sized(first.Private).ToArray()) : DevelopmentTpmAnswer.AboutHandle(TpmError.Type, 1),
            _ => DevelopmentTpmAnswer.Refuse(TpmError.CommandCode),
        };
    }

    private DevelopmentTpmAnswer? Authorize(DevelopmentTpmObject used, (uint Session, byte[] Value) authorization, uint number)
    {
        if (authorization.Session == TpmHandles.Password)
        {
            if (used.Policy.Length > 0) return DevelopmentTpmAnswer.Refuse(TpmError.AuthUnavailable);
            return authorization.Value.Length == 0 ? null : DevelopmentTpmAnswer.Session(TpmError.BadAuth, number);
        }
        if (_sessions.Digest(authorization.Session) is not { } digest) return DevelopmentTpmAnswer.Refuse(TpmError.ReferenceSession + (int)number - 1);
        return used.Policy.Length > 0 && digest.AsSpan().SequenceEqual(used.Policy) ? null : DevelopmentTpmAnswer.Session(TpmError.PolicyFail, number);
    }

    private DevelopmentTpmAnswer CreatePrimary(DevelopmentTpmCommand command)
    {
        if (command.Handles[0] != TpmHandles.Endorsement) return DevelopmentTpmAnswer.AboutHandle(TpmError.Hierarchy, 1);
        if (command.Authorizations[0] is not (TpmHandles.Password, [])) return DevelopmentTpmAnswer.Session(TpmError.BadAuth, 1);
        DevelopmentEk ek = _tpm.EndorsementKey;
        if (ReadCreation(command.Parameters) is not { Secret.Length: 0 } creation) return DevelopmentTpmAnswer.Parameter(TpmError.Size, 1);
        // It has one endorsement key, of one template.
        if (!creation.Template.AsSpan().SequenceEqual(TpmKeyTemplates.Endorsement(ek.Template))) return DevelopmentTpmAnswer.Parameter(TpmError.Value, 2);
        var made = new DevelopmentTpmObject(ek.Public.Encoded.ToArray(), [], ek.Public.AuthPolicy.ToArray());
        return Add(made, new TpmWriter().Sized(made.Public).Bytes(CreationTail()).Sized(made.Name).ToArray());
    }

    private DevelopmentTpmAnswer Create(DevelopmentTpmObject parent, byte[] parameters)
    {
        if (!parent.IsEndorsementKey) return DevelopmentTpmAnswer.AboutHandle(TpmError.Type, 1);
        if (ReadCreation(parameters) is not { } creation || creation.Secret.Length > SealedSizeMax) return DevelopmentTpmAnswer.Parameter(TpmError.Size, 1);
        DevelopmentTpmObject? made = creation.Secret.Length > 0
            ? DevelopmentTpmObject.CreateSealed(creation.Template, creation.Secret)
            : DevelopmentTpmObject.CreateAttestationKey(creation.Template);
        return made is null
            ? DevelopmentTpmAnswer.Parameter(TpmError.Attributes, 2)
            : DevelopmentTpmAnswer.Done(new TpmWriter().Sized(made.Wrap(_storageKey)).Sized(made.Public).Bytes(CreationTail()).ToArray());
    }

    private DevelopmentTpmAnswer Load(DevelopmentTpmObject parent, byte[] parameters)
    {
        if (!parent.IsEndorsementKey) return DevelopmentTpmAnswer.AboutHandle(TpmError.Type, 1);
        var reader = new TpmReader(parameters);
        byte[] wrapped = reader.Sized(4096).ToArray();
        byte[] area = reader.Sized(1024).ToArray();
        if (!reader.AtEnd) return DevelopmentTpmAnswer.Parameter(TpmError.Size, 1);
        if (DevelopmentTpmObject.Unwrap(_storageKey, wrapped, area) is not { } secret) return DevelopmentTpmAnswer.Parameter(TpmError.Integrity, 1);
        var loaded = new DevelopmentTpmObject(area, secret, DevelopmentTpmObject.ReadPolicy(area));
        return Add(loaded, new TpmWriter().Sized(loaded.Name).ToArray());
    }

    private DevelopmentTpmAnswer Quote(DevelopmentTpmObject key, byte[] parameters)
    {
        var reader = new TpmReader(parameters);
        byte[] nonce = reader.Sized(TpmsAttest.NonceSizeMax).ToArray();
        TpmAlgorithm scheme = reader.Algorithm();
        IReadOnlyList<PcrSelection>? selections = TpmPcrs.ReadSelections(ref reader);
        if (selections is null || !reader.AtEnd) return DevelopmentTpmAnswer.Parameter(TpmError.Size, 1);
        if (key.IsSealed || key.IsEndorsementKey) return DevelopmentTpmAnswer.AboutHandle(TpmError.Key, 1);
        if (scheme != TpmAlgorithm.Null) return DevelopmentTpmAnswer.Parameter(TpmError.Scheme, 2);
        byte[] digest = SHA256.HashData([.. selections.Where(one => one.Bank == TpmAlgorithm.Sha256).SelectMany(one => _tpm.Pcrs.Concatenate(one.Pcrs))]);
        // A bank that the TPM does not have is quoted as having no PCRs.
        PcrSelection[] quoted = [.. selections.Select(one => one.Bank == TpmAlgorithm.Sha256 ? one : one with { Pcrs = default })];
        byte[] attest = TpmsAttest.Encode(QualifiedName(key), nonce, _tpm.ClockInfo, DevelopmentTpm.FirmwareVersion, quoted, digest);
        return DevelopmentTpmAnswer.Done(new TpmWriter().Sized(attest).Bytes(key.Sign(attest)).ToArray());
    }

    private DevelopmentTpmAnswer Activate(DevelopmentTpmObject attestationKey, DevelopmentTpmObject endorsementKey, byte[] parameters)
    {
        if (!endorsementKey.IsEndorsementKey) return DevelopmentTpmAnswer.AboutHandle(TpmError.Type, 2);
        var reader = new TpmReader(parameters);
        byte[] blob = reader.Sized(1024).ToArray();
        byte[] encrypted = reader.Sized(1024).ToArray();
        if (!reader.AtEnd) return DevelopmentTpmAnswer.Parameter(TpmError.Size, 1);
        if (_tpm.EndorsementKey.RecoverSeed(encrypted) is not { } seed) return DevelopmentTpmAnswer.Parameter(TpmError.Value, 2);
        byte[]? credential = CredentialProtection.Unwrap(seed, attestationKey.Name, blob);
        CryptographicOperations.ZeroMemory(seed);
        return credential is null ? DevelopmentTpmAnswer.Parameter(TpmError.Integrity, 1) : DevelopmentTpmAnswer.Done(new TpmWriter().Sized(credential).ToArray());
    }

    private DevelopmentTpmAnswer SaveContext(uint handle, DevelopmentTpmObject saved)
    {
        // TPMS_CONTEXT { sequence (8), savedHandle (4), hierarchy (4), contextBlob (TPM2B) }; the blob is this TPM's own.
        byte[] content = new TpmWriter().Sized(saved.Public).Sized(saved.Private).Sized(saved.Policy).ToArray();
        byte[] sealedContent = new DevelopmentTpmObject([], content, []).Wrap(_contextKey);
        return DevelopmentTpmAnswer.Done(new TpmWriter().UInt64(1).UInt32(handle).UInt32(TpmHandles.Endorsement).Sized(sealedContent).ToArray());
    }

    private DevelopmentTpmAnswer LoadContext(DevelopmentTpmCommand command)
    {
        var reader = new TpmReader(command.Parameters);
        reader.Bytes(16);
        byte[] blob = reader.Sized(4096).ToArray();
        if (!reader.AtEnd || DevelopmentTpmObject.Unwrap(_contextKey, blob, []) is not { } content) return DevelopmentTpmAnswer.Parameter(TpmError.Integrity, 1);
        var inner = new TpmReader(content);
        return Add(new DevelopmentTpmObject(inner.Sized(1024).ToArray(), inner.Sized(4096).ToArray(), inner.Sized(64).ToArray()), []);
    }

    private DevelopmentTpmAnswer Flush(DevelopmentTpmCommand command)
    {
        var reader = new TpmReader(command.Parameters);
        uint handle = reader.UInt32();
        return reader.AtEnd && (_objects.Remove(handle) || _sessions.Remove(handle)) ? DevelopmentTpmAnswer.Done([]) : DevelopmentTpmAnswer.Parameter(TpmError.Handle, 1);
    }

    private DevelopmentTpmAnswer Add(DevelopmentTpmObject added, byte[] parameters)
    {
        if (_objects.Count >= ObjectsMax) return DevelopmentTpmAnswer.Refuse(TpmError.ObjectMemory);
        uint handle = TpmHandles.TransientFirst;
        while (_objects.ContainsKey(handle)) handle++;
        _objects[handle] = added;
        return DevelopmentTpmAnswer.Done(parameters, handle);
    }

    // H(hierarchy handle ‖ Name) of a primary key, H(parent's qualified Name ‖ Name) of its children (TPM 2.0 Part 1, section 26.5).
    private byte[] QualifiedName(DevelopmentTpmObject named)
    {
        byte[] primary = DevelopmentAk.QualifiedName(_tpm.EkPublic);
        return named.IsEndorsementKey ? primary : [0x00, 0x0B, .. SHA256.HashData([.. primary, .. named.Name])];
    }

    private static (byte[] Secret, byte[] Template)? ReadCreation(byte[] parameters)
    {
        var reader = new TpmReader(parameters);
        var sensitive = new TpmReader(reader.Sized(1024));
        byte[] authorization = sensitive.Sized(64).ToArray();
        byte[] secret = sensitive.Sized(1024).ToArray();
        byte[] template = reader.Sized(1024).ToArray();
        reader.Sized(64);
        reader.UInt32();
        return reader.AtEnd && sensitive.AtEnd && authorization.Length == 0 ? (secret, template) : null;
    }

    // Creation data, its hash and the ticket, which nobody here looks at: empty, and a null ticket.
    private static byte[] CreationTail() => new TpmWriter().Sized([]).Sized([]).UInt16(0x8021).UInt32(TpmHandles.Null).Sized([]).ToArray();
}
