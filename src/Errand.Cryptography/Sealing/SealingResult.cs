using System.Diagnostics.CodeAnalysis;

namespace Errand.Cryptography;

/// <summary>The outcome of sealing, opening or verifying a whole file: either <see cref="Info"/> or a <see cref="Failure"/>.</summary>
public readonly record struct SealingResult
{
    internal SealingResult(SealedFileInfo info) => Info = info;

    internal SealingResult(SealingFailure failure)
    {
        if (failure.Error == SealingError.None) throw new ArgumentException("A failure needs an error.", nameof(failure));
        Failure = failure;
    }

    /// <summary>The file's id and sizes; null when it failed.</summary>
    public SealedFileInfo? Info { get; }

    /// <summary>What went wrong; <see cref="SealingError.None"/> when nothing did.</summary>
    public SealingFailure Failure { get; }

    /// <summary>True when the whole file was good.</summary>
    [MemberNotNullWhen(true, nameof(Info))]
    public bool Succeeded => Info is not null;
}
