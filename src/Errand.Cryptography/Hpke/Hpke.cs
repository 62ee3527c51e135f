using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Errand.Cryptography;

/// <summary>Single-shot hybrid public key encryption in base mode (RFC 9180 section 6.1).</summary>
/// <remarks>
/// A message is enc || ciphertext || tag. It says nothing of its sender: who needs that signs it. The suite is the key's and does
/// not go with the message; it enters the key schedule, so another suite cannot open it.
/// </remarks>
public static class Hpke
{
    /// <summary>Seals <paramref name="plaintext"/> to a recipient.</summary>
    /// <param name="recipient">The recipient's key, which names the suite.</param>
    /// <param name="info">What both sides know of the context; any length.</param>
    /// <param name="aad">Authenticated, not encrypted; any length.</param>
    /// <param name="plaintext">Any length; the result is <see cref="HpkeSuite.Overhead"/> longer.</param>
    public static byte[] Seal(HpkePublicKey recipient, ReadOnlySpan<byte> info, ReadOnlySpan<byte> aad, ReadOnlySpan<byte> plaintext)
    {
        ArgumentNullException.ThrowIfNull(recipient);
        Span<byte> randomness = stackalloc byte[recipient.Suite.Kem == HpkeKem.XWing ? XWingKem.RandomnessSize : DhKemX25519.RandomnessSize];
        try
        {
            RandomNumberGenerator.Fill(randomness);
            var message = new byte[recipient.Suite.Overhead + plaintext.Length];
            Span<byte> enc = message.AsSpan(0, recipient.Suite.EncSize);
            using HpkeContext context = HpkeContext.SetupSender(recipient, info, randomness, enc);
            context.Seal(aad, plaintext, message.AsSpan(enc.Length));
            return message;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(randomness);
        }
    }

    /// <summary>Opens a message sealed to <paramref name="key"/> with the same info and aad.</summary>
    /// <param name="key">The recipient's key.</param>
    /// <param name="info">As given to <see cref="Seal"/>.</param>
    /// <param name="aad">As given to <see cref="Seal"/>.</param>
    /// <param name="message">enc || ciphertext || tag.</param>
    /// <param name="plaintext">The plaintext; the caller zeroes it when it is secret.</param>
    /// <returns>False for any malformed or altered message. Never throws for content.</returns>
    public static bool TryOpen(
        HpkePrivateKey key,
        ReadOnlySpan<byte> info,
        ReadOnlySpan<byte> aad,
        ReadOnlySpan<byte> message,
        [NotNullWhen(true)] out byte[]? plaintext)
    {
        ArgumentNullException.ThrowIfNull(key);
        plaintext = null;
        HpkeSuite suite = key.PublicKey.Suite;
        if (message.Length < suite.Overhead) return false;
        using HpkeContext? context = HpkeContext.TrySetupRecipient(key, info, message[..suite.EncSize]);
        if (context is null) return false;
        var opened = new byte[message.Length - suite.Overhead];
        if (!context.TryOpen(aad, message[suite.EncSize..], opened)) return false;
        plaintext = opened;
        return true;
    }
}
