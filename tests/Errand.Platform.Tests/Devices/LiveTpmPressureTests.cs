using System.Buffers.Binary;
using System.Security.Cryptography;
using Errand.Attestation;
using Errand.Tpm;

namespace Errand.Platform.Tests;

/// <summary>A TPM whose memory is full, that others keep busy, or that counts too many wrong authorisations.</summary>
public sealed class LiveTpmPressureTests(SwtpmFixture swtpm) : IClassFixture<SwtpmFixture>
{
    private const uint FreeIndex = 0x0150_0000;
    private static readonly byte[] Nonce = SHA256.HashData("nonce"u8);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private TpmClient Client => new(swtpm.Machine.Tpm, TimeProvider.System);

    [Fact]
    public async Task Full_nv_memory_is_named_and_keeps_no_node_from_its_proof()
    {
        var defined = new List<uint>();
        try
        {
            TpmException? full = null;
            foreach (int size in (int[])[2048, 256, 1])
                for (full = null; full is null;)
                {
                    uint index = FreeIndex + (uint)defined.Count;
                    full = await Record.ExceptionAsync(() => TpmNvWriter.DefineAsync(Client, index, size, Cancellation)) as TpmException;
                    if (full is null) defined.Add(index);
                }
            Assert.Equal(TpmError.NvSpace, full!.Error);
            Assert.Contains("tpm2_evictcontrol", full.Remedy, StringComparison.Ordinal);
            await UseAsync("full-nv");
        }
        finally
        {
            foreach (uint index in defined) await TpmNvWriter.UndefineAsync(Client, index, Cancellation);
        }
    }

    [Fact]
    public async Task Locked_out_tpm_is_named_and_keeps_no_node_from_its_proof()
    {
        LiveTpmOptions options = swtpm.Options(EkTemplate.EccL2) with { AttestationKeyFile = swtpm.At("ak-lockout") };
        var keys = new LiveKeys(Client, EkTemplate.EccL2, default);
        await keys.OpenAsync(Cancellation);
        TpmObjectBlob guarded = await keys.BelowEkAsync((ek, policy) => Client.CreateAsync(ek, policy, new byte[8], GuardedSecret(), Cancellation), Cancellation);
        uint handle = await keys.BelowEkAsync((ek, policy) => Client.LoadAsync(ek, policy, guarded, Cancellation), Cancellation);
        await Client.FlushAfterAsync(handle, async loaded =>
        {
            TpmIdentity before = await Client.ReadIdentityAsync(Cancellation);
            for (uint tries = before.FailedTries; tries < before.FailedTriesMax; tries++) Assert.Equal(TpmError.AuthFail, (await GuessAsync(loaded)).Error);
            TpmException locked = await GuessAsync(loaded);
            Assert.Equal(TpmError.Lockout, locked.Error);
            Assert.Contains("tpm2_dictionarylockout", locked.Remedy, StringComparison.Ordinal);
            return 0;
        });
        TpmIdentity identity = await Client.ReadIdentityAsync(Cancellation);
        Assert.True(identity.FailedTries >= identity.FailedTriesMax);
        await UseAsync("lockout");
    }

    [Theory]
    [InlineData(TpmError.Retry)]
    [InlineData(TpmError.Yielded)]
    [InlineData(TpmError.Testing)]
    [InlineData(TpmError.NvRate)]
    [InlineData(TpmError.ObjectMemory)]
    [InlineData(TpmError.SessionMemory)]
    public async Task Busy_resource_manager_is_waited_for_and_then_named(TpmError busy)
    {
        // Layer 11 is the resource manager's (TSS 2.0 Overview, section 2.4).
        const uint ResourceManager = 11 << 16;
        int left = 5;
        var meddled = new MeddledTpm(swtpm.Machine.Tpm, _ => ValueTask.FromResult(left-- > 0 ? Response(ResourceManager | (uint)busy) : null));
        var client = new TpmClient(meddled, new ImpatientTime());
        Assert.Equal(8, (await client.GetRandomAsync(8, Cancellation)).Length);
        left = int.MaxValue;
        int before = meddled.Count;
        TpmException named = await Assert.ThrowsAsync<TpmException>(async () => await client.GetRandomAsync(8, Cancellation));
        Assert.Equal(busy, named.Error);
        Assert.InRange(meddled.Count - before, 2, 100);
        Assert.NotEmpty(named.Remedy);
    }

    private static byte[] Response(uint code)
    {
        byte[] response = [0x80, 0x01, 0, 0, 0, 10, 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt32BigEndian(response.AsSpan(6), code);
        return response;
    }

    // All that a node asks of its TPM, from nothing.
    private async Task UseAsync(string name)
    {
        await using LiveTpm tpm = await LiveTpm.OpenAsync(swtpm.Machine.Tpm, swtpm.Options(EkTemplate.EccL2) with { AttestationKeyFile = swtpm.At($"ak-{name}") }, TimeProvider.System, Cancellation);
        Assert.True(tpm.IsNewAttestationKey);
        Assert.NotNull(await tpm.QuoteAsync(Nonce, DevelopmentTpm.MeasuredPcrs, Cancellation));
        Assert.Equal(Nonce, await tpm.ActivateCredentialAsync(MakeCredential.Create(tpm.EkPublic, tpm.AkPublic.Name, Nonce)!, Cancellation));
        await SealedNodeKeys.SealAsync(tpm, Nonce, SealedNodeKeys.DefaultPcrs, swtpm.At($"keys-{name}"), Cancellation);
        Assert.Equal(Nonce, await SealedNodeKeys.TryUnsealAsync(tpm, swtpm.At($"keys-{name}"), Cancellation));
    }

    private async Task<TpmException> GuessAsync(uint handle) => await Assert.ThrowsAsync<TpmException>(async () => await Client.SendAsync(
        new TpmCommand(TpmCommandCode.Unseal) { Handles = [handle], Authorizations = [TpmAuthorization.Password("guess"u8.ToArray())] }, Cancellation));

    // A secret that an authorisation value opens, here the empty one; guesses are counted.
    private static byte[] GuardedSecret() => new TpmWriter().UInt16(0x0008).Algorithm(TpmAlgorithm.Sha256)
        .UInt32((uint)(TpmObjectAttributes.FixedTpm | TpmObjectAttributes.FixedParent | TpmObjectAttributes.UserWithAuth)).Sized([]).Algorithm(TpmAlgorithm.Null).Sized([]).ToArray();
}
