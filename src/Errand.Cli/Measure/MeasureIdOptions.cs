using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using Errand.Attestation;
using Errand.Client;

namespace Errand.Cli;

/// <summary>What an ID block says beside the launch digest, and the keys that sign it.</summary>
internal sealed class MeasureIdOptions
{
    public Option<string> Policy { get; } = new("--guest-policy") { Description = "All bits of the guest policy.", HelpName = "0xHEX", DefaultValueFactory = _ => SnpGuestPolicy.Default.ToString() };

    public Option<string?> FamilyId { get; } = new("--family-id") { Description = "FAMILY_ID; else zero.", HelpName = "HEX" };

    public Option<string?> ImageId { get; } = new("--image-id") { Description = "IMAGE_ID; else zero.", HelpName = "HEX" };

    public Option<string> GuestSvn { get; } = new("--guest-svn") { Description = "GUEST_SVN.", HelpName = "N", DefaultValueFactory = _ => "0" };

    public Option<string?> IdKey { get; } = new("--id-key") { Description = "The key that signs the ID block: PEM, P-384, public or private.", HelpName = "FILE" };

    public Option<string?> AuthorKey { get; } = new("--author-key") { Description = "The key that signs the ID key: PEM, P-384, public or private.", HelpName = "FILE" };

    public IEnumerable<Option> All => [Policy, FamilyId, ImageId, GuestSvn, IdKey, AuthorKey];

    public SnpIdBlock Read(CommandContext context, byte[] measurement)
    {
        ulong svn = MeasureInputs.Bits(context.Get(GuestSvn), "--guest-svn");
        if (svn > uint.MaxValue) throw new ClientException(ClientError.Usage, "--guest-svn has 32 bits.");
        return new SnpIdBlock
        {
            Measurement = measurement,
            FamilyId = MeasureInputs.Hex(context.Get(FamilyId), 16, "--family-id"),
            ImageId = MeasureInputs.Hex(context.Get(ImageId), 16, "--image-id"),
            GuestSvn = (uint)svn,
            Policy = MeasureInputs.Bits(context.Get(Policy), "--guest-policy"),
        };
    }

    /// <summary>The digest of a key; zeros when none is named.</summary>
    public static byte[] DigestKey(CommandContext context, string? file)
    {
        if (file is null) return new byte[48];
        try
        {
            using var key = ECDsa.Create();
            key.ImportFromPem(Encoding.UTF8.GetString(MeasureInputs.ReadKey(context, file)));
            return SnpIdBlock.DigestKey(key);
        }
        catch (Exception wrong) when (wrong is ArgumentException or CryptographicException)
        {
            throw new EvidenceException(new EvidenceFault("measure/key", $"{file} is no PEM file of one key on P-384.", "Make one with: openssl ecparam -name secp384r1 -genkey -noout."));
        }
    }
}
