namespace Errand.Enclave.Tests;

/// <summary>How far a host has come with its machine when it is killed.</summary>
public enum HostStep
{
    /// <summary>The machine's TPM runs, and no QEMU yet.</summary>
    TpmStarted,

    /// <summary>QEMU runs, and nobody has connected to it.</summary>
    Started,

    /// <summary>The machine is booted and has no task.</summary>
    Ready,

    /// <summary>It has made keys and asked for a report.</summary>
    Asked,

    /// <summary>It has the sealed inputs.</summary>
    Loaded,

    /// <summary>It has the content keys and runs the app.</summary>
    Running,

    /// <summary>It has given its result, and is not destroyed yet.</summary>
    Done,
}
