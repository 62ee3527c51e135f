using System.Buffers.Binary;
using System.Security.Cryptography;
using Errand.Attestation;
using Errand.Tpm;

namespace Errand.Platform.Tests;

/// <summary>What every <see cref="ITpm"/> promises, in bytes and through the commands that a node sends. Each adapter runs it.</summary>
public abstract class TpmContract
{
    private static readonly byte[] GetRandom16 = [0x80, 0x01, 0, 0, 0, 12, 0, 0, 0x01, 0x7B, 0, 16];

    protected abstract ITpm Tpm { get; }

    /// <summary>A template of which the TPM makes an endorsement key.</summary>
    protected abstract EkTemplate Template { get; }

    /// <summary>A PCR that may be extended without harm.</summary>
    protected virtual int? FreePcr => 23;

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private TpmClient Client => new(Tpm, TimeProvider.System);

    [Fact]
    public async Task Bytes_of_a_command_are_answered_with_bytes_of_a_response()
    {
        byte[] response = await Tpm.TransmitAsync(GetRandom16, Cancellation);
        Assert.Equal([0x80, 0x01], response[..2]);
        Assert.Equal(response.Length, BinaryPrimitives.ReadInt32BigEndian(response.AsSpan(2)));
        Assert.Equal(0u, BinaryPrimitives.ReadUInt32BigEndian(response.AsSpan(6)));
        Assert.Equal(16, BinaryPrimitives.ReadUInt16BigEndian(response.AsSpan(10)));
        Assert.Equal(28, response.Length);
    }

    [Fact]
    public async Task Unknown_command_is_answered_with_its_response_code()
    {
        byte[] response = await Tpm.TransmitAsync(new byte[] { 0x80, 0x01, 0, 0, 0, 10, 0, 0, 0x0F, 0xFF }, Cancellation);
        Assert.Equal(TpmError.CommandCode, TpmErrors.Decode(TpmResponse.ReadCode(response)!.Value));
    }

    [Theory]
    [InlineData(9)]
    [InlineData(11)]
    [InlineData(4097)]
    public async Task Bytes_that_are_no_command_are_an_argument_error(int size)
    {
        var bytes = new byte[size];
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(2), 10);
        await Assert.ThrowsAsync<ArgumentException>(async () => await Tpm.TransmitAsync(bytes, Cancellation));
    }

    [Fact]
    public async Task Callers_at_the_same_time_each_get_their_own_answer()
    {
        byte[][] answers = await Task.WhenAll(Enumerable.Range(1, 20).Select(async size => await Client.GetRandomAsync(size, Cancellation)));
        Assert.Equal(Enumerable.Range(1, 20), answers.Select(answer => answer.Length));
    }

    [Fact]
    public async Task Cancelled_call_sends_nothing() =>
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Tpm.TransmitAsync(GetRandom16, new CancellationToken(canceled: true)));

    [Fact]
    public async Task Identity_and_banks_are_told()
    {
        TpmIdentity identity = await Client.ReadIdentityAsync(Cancellation);
        Assert.NotEqual(0u, identity.Vendor.Id);
        Assert.NotEqual(0u, identity.FailedTriesMax);
        Assert.Contains(await Client.ReadBanksAsync(Cancellation), bank => bank is { Bank: TpmAlgorithm.Sha256, Pcrs.Size: 24 });
    }

    [Fact]
    public async Task All_pcrs_are_read_and_a_bank_that_is_not_there_is_named()
    {
        PcrBank bank = await Client.ReadPcrsAsync(TpmAlgorithm.Sha256, new PcrSet(0xFFFFFF), Cancellation);
        Assert.Equal(24, bank.Pcrs.Size);
        TpmException missing = await Assert.ThrowsAsync<TpmException>(async () => await Client.ReadPcrsAsync(TpmAlgorithm.Sha512, PcrSet.Of(0), Cancellation));
        Assert.Contains("sha512", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Extend_hashes_the_digest_into_the_pcr()
    {
        if (FreePcr is not { } index) return;
        byte[] before = (await Client.ReadPcrsAsync(TpmAlgorithm.Sha256, PcrSet.Of(index), Cancellation))[index].ToArray();
        byte[] digest = RandomNumberGenerator.GetBytes(32);
        await Client.ExtendPcrAsync(index, TpmAlgorithm.Sha256, digest, Cancellation);
        Assert.Equal(SHA256.HashData([.. before, .. digest]), (await Client.ReadPcrsAsync(TpmAlgorithm.Sha256, PcrSet.Of(index), Cancellation))[index].ToArray());
    }

    [Fact]
    public async Task Pcr_of_another_locality_is_not_extended()
    {
        TpmException refused = await Assert.ThrowsAsync<TpmException>(async () => await Client.ExtendPcrAsync(17, TpmAlgorithm.Sha256, new byte[32], Cancellation));
        Assert.Equal(TpmError.Locality, refused.Error);
    }

    [Fact]
    public async Task Ek_certificate_is_read_in_pieces_and_a_missing_index_is_null()
    {
        Assert.Null(await Client.ReadNvAsync(0x01C0_7FFE, 1024, Cancellation));
        ReadOnlyMemory<byte> certificate = (await EkCertificates.ReadAsync(Client, Template, Cancellation))!.Value;
        Assert.NotNull(EkCertificate.TryRead(Certificate.TryParse(certificate)!));
    }

    [Fact]
    public async Task Endorsement_key_is_the_same_each_time_and_of_the_template()
    {
        var first = new LiveKeys(Client, Template, default);
        await first.OpenAsync(Cancellation);
        var second = new LiveKeys(Client, Template, default);
        await second.OpenAsync(Cancellation);
        Assert.Equal(first.EkPublic.Name, second.EkPublic.Name);
        Assert.Equal(Template, EkTemplates.Recognise(first.EkPublic));
        byte[]? read = await first.WithEkAsync(async ek => await Client.ReadPublicAsync(ek, Cancellation), Cancellation);
        Assert.Equal(first.EkPublic.Encoded.ToArray(), read);
    }

    [Fact]
    public async Task Wrong_endorsement_value_is_named()
    {
        var keys = new LiveKeys(Client, Template, "wrong"u8.ToArray());
        TpmException refused = await Assert.ThrowsAsync<TpmException>(async () => await keys.OpenAsync(Cancellation));
        Assert.Equal(TpmError.EndorsementAuthorization, refused.Error);
        Assert.Contains("tpm2_changeauth", refused.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Handle_that_names_nothing_is_null_to_read_and_no_error_to_flush()
    {
        Assert.Null(await Client.ReadPublicAsync(0x8000_0002, Cancellation));
        await Client.FlushAsync(0x8000_0002);
    }

    [Fact]
    public async Task Nothing_stays_loaded_after_faults()
    {
        var keys = new LiveKeys(Client, Template, default);
        await keys.OpenAsync(Cancellation);
        for (int i = 0; i < 5; i++)
        {
            await Assert.ThrowsAsync<InvalidOperationException>(async () => await keys.BelowEkAsync<int>((_, _) => throw new InvalidOperationException(), Cancellation));
            await Assert.ThrowsAsync<TpmException>(async () => await keys.BelowEkAsync((ek, policy) => Client.CreateAsync(ek, policy, default, new byte[40], Cancellation), Cancellation));
        }
        Assert.Empty(await Client.ReadHandlesAsync(TpmHandles.TransientFirst, Cancellation));
        Assert.Empty(await Client.ReadHandlesAsync(TpmHandles.LoadedSessionFirst, Cancellation));
    }
}
