using Errand.Attestation;
using Errand.Tpm;

namespace Errand.Platform.Tests;

/// <summary>A live TPM asked for what a node never asks it for: keys of other attributes, quotes over other PCRs.</summary>
internal sealed class LooseKey
{
    private readonly TpmClient _client;
    private readonly LiveKeys _keys;
    private readonly LiveTpm _genuine;
    private readonly TpmObjectBlob _blob;

    private LooseKey(TpmClient client, LiveKeys keys, LiveTpm genuine, TpmObjectBlob blob)
    {
        _client = client;
        _keys = keys;
        _genuine = genuine;
        _blob = blob;
    }

    /// <summary>Makes a key of a template below the endorsement key of a TPM.</summary>
    public static async Task<LooseKey> CreateAsync(ITpm tpm, LiveTpm genuine, byte[] template, CancellationToken cancellation)
    {
        var client = new TpmClient(tpm, TimeProvider.System);
        var keys = new LiveKeys(client, genuine.Template, default);
        await keys.OpenAsync(cancellation);
        return new LooseKey(client, keys, genuine, await keys.BelowEkAsync((ek, policy) => client.CreateAsync(ek, policy, default, template, cancellation), cancellation));
    }

    /// <summary>A template on P-256 with SHA-256 as its name's hash.</summary>
    /// <param name="attributes">The object's attributes.</param>
    /// <param name="schemeHash">Hash of ECDSA; <see cref="TpmAlgorithm.Null"/> leaves the scheme to the command.</param>
    public static byte[] Template(TpmObjectAttributes attributes, TpmAlgorithm schemeHash)
    {
        TpmWriter writer = new TpmWriter().Algorithm(TpmAlgorithm.Ecc).Algorithm(TpmAlgorithm.Sha256).UInt32((uint)attributes).Sized([]).Algorithm(TpmAlgorithm.Null);
        if (schemeHash == TpmAlgorithm.Null) writer.Algorithm(TpmAlgorithm.Null);
        else writer.Algorithm(TpmAlgorithm.EcDsa).Algorithm(schemeHash);
        return writer.UInt16(TpmtPublic.CurveP256).Algorithm(TpmAlgorithm.Null).Sized([]).Sized([]).ToArray();
    }

    /// <summary>Evidence with a quote by this key: everything else in it is genuine.</summary>
    public async Task<PlatformEvidence> CollectAsync(byte[] nonce, IReadOnlyList<PcrSelection> selections, PcrSet values, CancellationToken cancellation)
    {
        bool own = TpmtPublic.TryParse(_blob.Public.Span)!.Scheme == TpmAlgorithm.Null;
        TpmWriter parameters = new TpmWriter().Sized(nonce);
        if (own) parameters.Algorithm(TpmAlgorithm.EcDsa).Algorithm(TpmAlgorithm.Sha256);
        else parameters.Algorithm(TpmAlgorithm.Null);
        PcrSelection.WriteList(parameters, selections);
        uint handle = await _keys.BelowEkAsync((ek, policy) => _client.LoadAsync(ek, policy, _blob, cancellation), cancellation);
        (byte[] attest, byte[] signature) = await _client.FlushAfterAsync(handle, async key =>
        {
            TpmResponse response = await _client.SendAsync(new TpmCommand(TpmCommandCode.Quote) { Handles = [key], Authorizations = [TpmAuthorization.Password()], Parameters = parameters.ToArray() }, cancellation);
            return Read(response.Parameters.Span);
        });
        return new PlatformEvidence
        {
            EkCertificateChain = _genuine.EkCertificateChain,
            EkPublic = _genuine.EkPublic.Encoded,
            AkPublic = _blob.Public,
            Attest = attest,
            Signature = signature,
            Pcrs = await _client.ReadPcrsAsync(TpmAlgorithm.Sha256, values, cancellation),
            EventLog = await _genuine.ReadEventLogAsync(cancellation),
        };
    }

    private static (byte[], byte[]) Read(ReadOnlySpan<byte> parameters)
    {
        var reader = new TpmReader(parameters);
        return (reader.Sized(TpmsAttest.SizeMax).ToArray(), reader.Bytes(reader.Remaining).ToArray());
    }
}
