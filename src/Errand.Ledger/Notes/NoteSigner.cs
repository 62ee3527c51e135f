using System.Text;
using Errand.Cryptography;

namespace Errand.Ledger;

/// <summary>Signs notes with an Ed25519 key under a name (C2SP signed-note). Does not own the key. Thread-safe.</summary>
public sealed class NoteSigner
{
    private readonly SigningKey _key;

    /// <summary>A signer of the given name.</summary>
    /// <exception cref="ArgumentException"><paramref name="name"/> is no key name.</exception>
    public NoteSigner(string name, SigningKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        _key = key;
        VerifierKey = new VerifierKey(name, key.PublicKey);
    }

    /// <summary>What others verify this signer's notes with.</summary>
    public VerifierKey VerifierKey { get; }

    /// <summary>Signs a text and gives the note with this one signature.</summary>
    /// <exception cref="ArgumentException">The text does not end in a newline, or holds other control characters or invalid UTF-16.</exception>
    public SignedNote Sign(string text)
    {
        if (!SignedNote.IsText(text)) throw new ArgumentException("Not the text of a note.", nameof(text));
        var signature = new byte[Ed25519.SignatureSize];
        _key.Sign(Encoding.UTF8.GetBytes(text), signature);
        return new SignedNote(text, [new NoteSignature(VerifierKey.Name, VerifierKey.KeyId, signature)]);
    }
}
