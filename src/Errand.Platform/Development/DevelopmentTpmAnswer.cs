using Errand.Tpm;

namespace Errand.Platform;

/// <summary>What a development TPM answers to a command: a response code, or a handle and parameters.</summary>
internal readonly record struct DevelopmentTpmAnswer(uint Code, uint Handle, byte[] Parameters)
{
    public static DevelopmentTpmAnswer Done(byte[] parameters, uint handle = 0) => new(0, handle, parameters);

    /// <summary>A code that is about nothing in the command.</summary>
    public static DevelopmentTpmAnswer Refuse(TpmError error) => new((uint)error, 0, []);

    /// <summary>A code about the n-th parameter, from 1 (TPM 2.0 Part 2, section 6.6.2).</summary>
    public static DevelopmentTpmAnswer Parameter(TpmError error, uint number) => new((uint)error | 0x40 | number << 8, 0, []);

    /// <summary>A code about the n-th handle, from 1.</summary>
    public static DevelopmentTpmAnswer AboutHandle(TpmError error, uint number) => new((uint)error | number << 8, 0, []);

    /// <summary>A code about the n-th authorisation, from 1.</summary>
    public static DevelopmentTpmAnswer Session(TpmError error, uint number) => new((uint)error | 0x800 | number << 8, 0, []);
}
