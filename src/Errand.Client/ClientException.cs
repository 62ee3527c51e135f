namespace Errand.Client;

/// <summary>Something a person can act on went wrong: a code for programs, what happened, and what to do.</summary>
/// <remarks>Never carries secrets. Programs print it as two lines and exit with the code's class; it is no defect.</remarks>
public sealed class ClientException : Exception
{
    /// <summary>An error with the advice that its code brings along.</summary>
    /// <param name="error">What is wrong, for programs.</param>
    /// <param name="what">One sentence: what happened.</param>
    /// <param name="inner">The cause, where there is one.</param>
    public ClientException(ClientError error, string what, Exception? inner = null)
        : base(what, inner)
    {
        Error = error;
        Advice = error.Advice();
    }

    /// <summary>An error with advice of its own.</summary>
    public ClientException(ClientError error, string what, string advice, Exception? inner = null)
        : base(what, inner)
    {
        Error = error;
        Advice = advice;
    }

    /// <summary>What is wrong.</summary>
    public ClientError Error { get; }

    /// <summary>The stable code, as in <c>keystore/wrong-passphrase</c>.</summary>
    public string Code => Error.Code();

    /// <summary>One sentence: what to do.</summary>
    public string Advice { get; }
}
