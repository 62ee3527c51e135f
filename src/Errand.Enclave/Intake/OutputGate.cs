using System.Collections.Immutable;
using System.Security.Cryptography;
using Errand.Cryptography;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Enclave;

/// <summary>The only way out: packs what an app left, pads it as the task says, and seals it to the recipients under a fresh key.</summary>
internal static class OutputGate
{
    private const int HeaderRoom = 64 * 1024;

    /// <summary>Reads the recipients' keys; null when one is not valid.</summary>
    public static HpkePublicKey[]? ReadRecipients(SubmitEntry submit)
    {
        var keys = new HpkePublicKey[submit.Recipients.Length];
        for (int i = 0; i < keys.Length; i++)
        {
            if (HpkePublicKey.TryParse(submit.Recipients[i].Span) is not { } key) return null;
            keys[i] = key;
        }
        return keys;
    }

    /// <summary>Reads the keys of owners' notes, one for each shape, null for a shape without one; null altogether when one is not valid.</summary>
    public static HpkePublicKey?[]? ReadNoteKeys(SubmitEntry submit)
    {
        var keys = new HpkePublicKey?[submit.Shapes.Length];
        for (int i = 0; i < keys.Length; i++)
        {
            ReadOnlyMemory<byte> encoded = submit.Shapes[i].Shape.NoteKey;
            if (!encoded.IsEmpty && (keys[i] = HpkePublicKey.TryParse(encoded.Span)) is null) return null;
        }
        return keys;
    }

    /// <summary>Holds the outcome against all shapes of the task. One that breaks any is wiped and becomes a refusal, with a note for each owner that wants one.</summary>
    /// <param name="context">The task.</param>
    /// <param name="noteKeys">From <see cref="ReadNoteKeys"/>.</param>
    /// <param name="outcome">What the app left.</param>
    /// <param name="notes">Sealed notes in the order of the shapes; empty unless the output is refused.</param>
    public static SandboxOutcome Judge(TaskContext context, IReadOnlyList<HpkePublicKey?> noteKeys, SandboxOutcome outcome, out IReadOnlyList<ReadOnlyMemory<byte>> notes)
    {
        ImmutableArray<TaskShape> shapes = context.Submit.Shapes;
        notes = [];
        if (outcome.Code != OutcomeCode.Ok || shapes.IsEmpty) return outcome;
        ShapeFault?[] faults = [.. shapes.Select(demand => ShapeGate.Check(demand.Shape, outcome.Files))];
        if (Array.TrueForAll(faults, fault => fault is null))
        {
            // All shapes name the same files, and no file is JSON to one and a table to another.
            SandboxOutcome normal = outcome with { Files = ShapeGate.Normalize(shapes[0].Shape, outcome.Files) };
            (outcome with { Files = [.. outcome.Files.Except(normal.Files)], Log = default }).Wipe();
            return normal;
        }
        var made = new List<ReadOnlyMemory<byte>>();
        for (int i = 0; i < shapes.Length; i++)
            if (noteKeys[i] is { } key) made.Add(SealNote(context, shapes[i].Asset, key, ShapeGate.Note(faults[i], outcome.Files)));
        notes = made;
        outcome.Wipe();
        return outcome with { Code = OutcomeCode.Refused, Files = [], Log = default };
    }

    /// <summary>Makes the sealed result, and wipes the outcome.</summary>
    public static ReadOnlyMemory<byte> Seal(TaskContext context, IReadOnlyList<HpkePublicKey> recipients, IReadOnlyList<ReadOnlyMemory<byte>> notes, SandboxOutcome outcome, out SealedFileInfo info)
    {
        byte[] package = new ResultPackage([.. outcome.Files.Select(file => new ResultFile(file.Name, file.Content))], outcome.Log)
            .EncodePadded(context.Submit.Limits.PaddingBytes);
        byte[] contentKey = GC.AllocateArray<byte>(ContentKey.Size, pinned: true);
        try
        {
            using ContentKey key = ContentKey.Generate();
            key.DangerousExport(contentKey);
            byte[] bound = ResultPackage.Context(context.Network, context.Task);
            ReadOnlyMemory<byte>[] stanzas = [.. recipients.Select(recipient => new ReadOnlyMemory<byte>(Hpke.Seal(recipient, bound, [], contentKey))), .. notes];
            var options = new SealOptions { Recipients = stanzas };
            using var plaintext = new MemoryStream(package);
            // Room for all, so that no half-grown copies take up memory: header with its recipients, chunks, tags.
            using var ciphertext = new MemoryStream(package.Length + package.Length / 1024 + HeaderRoom);
            SealingResult result = SealedFile.Seal(plaintext, package.Length, ciphertext, key, options);
            info = result.Info ?? throw new InvalidOperationException($"Sealing from memory failed: {result.Failure}.");
            return ciphertext.GetBuffer().AsMemory(0, (int)ciphertext.Length);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(contentKey);
            CryptographicOperations.ZeroMemory(package);
            outcome.Wipe();
        }
    }

    //
    private static byte[] SealNote(TaskContext context, AssetId asset, HpkePublicKey key, RefusalNote note)
    {
        byte[] plaintext = note.EncodePadded();
        try
        {
            return Hpke.Seal(key, RefusalNote.Context(context.Network, context.Task, asset), [], plaintext);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plaintext);
        }
    }
}
