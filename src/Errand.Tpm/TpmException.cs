namespace Errand.Tpm;

/// <summary>A TPM that is missing, unreachable, or did not do what it was asked: a fault, with what a person can do about it.</summary>
public sealed class TpmException : IOException
{
    /// <summary>A fault before or beside response codes.</summary>
    public TpmException(TpmError error, string what, Exception? cause = null)
        : base(what, cause) => Error = error;

    /// <summary>A command answered with a response code other than success.</summary>
    internal TpmException(TpmCommandCode command, uint responseCode)
        : base($"TPM2_{command} was answered with {TpmErrors.Decode(responseCode)} ({responseCode:x3}h{TpmErrors.Place(responseCode)}).")
    {
        Error = TpmErrors.Decode(responseCode);
        ResponseCode = responseCode;
    }

    /// <summary>What is wrong; stable.</summary>
    public TpmError Error { get; }

    /// <summary>The TPM's response code; 0 when it gave none.</summary>
    public uint ResponseCode { get; }

    /// <summary>What to do.</summary>
    public string Remedy => TpmErrors.Remedy(Error);

    /// <summary>True when the TPM found fault with a parameter of the command, and so with what the caller was given from outside.</summary>
    internal bool IsAboutParameter => TpmErrors.IsAboutParameter(ResponseCode);
}
