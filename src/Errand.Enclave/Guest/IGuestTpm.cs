using Errand.Tpm;

namespace Errand.Enclave;

/// <summary>The TPM that measured a machine's boot, as the machine's kernel shows it.</summary>
internal interface IGuestTpm
{
    /// <summary>True when the kernel has one.</summary>
    bool IsThere { get; }

    /// <summary>Opens it.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    ITpm Open();

    /// <summary>What firmware and kernel say they measured. At most <paramref name="sizeMax"/> bytes; one more is given where there are more.</summary>
    /// <exception cref="IOException">There is no log, or it cannot be read.</exception>
    byte[] ReadLog(int sizeMax);

    /// <summary>Takes the TPM away from its driver, so that the kernel has no device for it any more.</summary>
    /// <exception cref="IOException">It is still there.</exception>
    void Remove();
}
