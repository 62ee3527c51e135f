using System.Text;
using System.Text.Json;
using Errand.Client;
using Errand.Ledger;
using Errand.Protocol;

namespace Errand.Cli;

/// <summary>What <c>errand image measure --sign</c> prints: JSON as the text of a C2SP signed note, so that public tools can check it.</summary>
internal static class ImageNote
{
    /// <summary>The longest read.</summary>
    public const int SizeMax = SignedNote.SizeBytesMax;

    /// <summary>Signs JSON, which must end with a newline and have no empty line.</summary>
    public static string Sign(string json, NoteSigner signer) => signer.Sign(json).ToString();

    /// <summary>Adds a note's reference values to a genesis.</summary>
    /// <exception cref="ClientException"><c>genesis/file</c>: it is not signed by one of the keys, or says nothing that a network can compare.</exception>
    public static Genesis Add(Genesis genesis, byte[] note, IReadOnlyList<string> keys, string name)
    {
        ClientException Wrong(string what) => new(ClientError.GenesisFile, $"{name} {what}");
        VerifierKey[] trusted = [.. keys.Select(text => VerifierKey.TryParse(text, out VerifierKey? key) ? key : throw new ClientException(ClientError.Usage, $"\"{text}\" is no key of a note."))];
        if (trusted.Length == 0) throw new ClientException(ClientError.Usage, "An image measure is taken only under a key that you name: --image-key.");
        if (!SignedNote.TryParse(note, out SignedNote? signed)) throw Wrong("is no signed note; errand image measure --sign NAME makes one.");
        if (!trusted.Any(signed.IsSignedBy)) throw Wrong("is not signed by a key that you named.");
        try
        {
            using var document = JsonDocument.Parse(Encoding.UTF8.GetBytes(signed.Text));
            var values = GenesisJson.ReadReferences(document.RootElement);
            if (values.IsEmpty) throw Wrong("has no reference values: measure with --snp-firmware.");
            return genesis with { ReferenceValues = [.. genesis.ReferenceValues, .. values.Where(value => !genesis.ReferenceValues.Any(known => known.Digest == value.Digest))] };
        }
        catch (JsonException broken)
        {
            throw Wrong($"is signed, but is no JSON: {broken.Message}");
        }
    }
}
