namespace Errand.Node.Tests;

/// <summary>How a witness of a test behaves.</summary>
internal enum WitnessMode
{
    /// <summary>As it should.</summary>
    Honest,

    /// <summary>It does not answer at all.</summary>
    Down,

    /// <summary>It takes a quarter of a second.</summary>
    Slow,

    /// <summary>It answers with a signature that does not hold.</summary>
    WrongSignature,

    /// <summary>It signs whatever it is sent, and forgets it.</summary>
    SignsAnything,

    /// <summary>It says that it has cosigned another size, a new one each time.</summary>
    WrongSize,

    /// <summary>It answers with rubbish.</summary>
    Rubbish,
}
