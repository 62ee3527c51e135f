namespace Errand.Enclave;

/// <summary>Why an enclave ended without a result. The numbers are on the wire and never reused.</summary>
public enum AbortReason
{
    /// <summary>Nothing is wrong.</summary>
    None = 0,

    /// <summary>The other side of the channel went away.</summary>
    ChannelClosed = 1,

    /// <summary>A frame was too long, not canonical, of an unknown kind, or had a wrong field.</summary>
    Message = 2,

    /// <summary>A message came that the state does not allow, a second report among them.</summary>
    Order = 3,

    /// <summary>The Submit entry is not one, or its signature does not hold.</summary>
    Submit = 4,

    /// <summary>The task asks for more memory or output than this enclave gives.</summary>
    Limits = 5,

    /// <summary>The key of a recipient, or of an owner's note, is not valid, or of a suite that is not known here.</summary>
    Recipient = 6,

    /// <summary>The app or data offered is not what the task names.</summary>
    ContentId = 7,

    /// <summary>The arguments offered are not what the task names.</summary>
    ArgumentDigest = 8,

    /// <summary>App and arguments do not fit into this enclave's memory.</summary>
    InputSize = 9,

    /// <summary>A release was not signed by the asset's owner.</summary>
    ReleaseSignature = 10,

    /// <summary>A release was signed by the asset's owner for another task, attempt, network or enclave.</summary>
    ReleaseContext = 11,

    /// <summary>A release is signed for this enclave, but holds no content key sealed to it.</summary>
    ReleaseKey = 12,

    /// <summary>The released key is not the one that the sealed file commits to.</summary>
    KeyCommitment = 13,

    /// <summary>A sealed file has the right content id, but its own sealer made it so that it does not open.</summary>
    SealedFile = 14,

    /// <summary>The secret arguments are not a canonical array of text strings.</summary>
    Arguments = 15,

    /// <summary>The app needs what the sandbox does not have.</summary>
    WasmProfile = 16,

    /// <summary>A fault inside the enclave.</summary>
    Internal = 17,

    /// <summary>Said by the launcher: the enclave did not say hello in time.</summary>
    StartTimeout = 18,

    /// <summary>Said by the launcher: the enclave ended without a word, or said what no enclave says.</summary>
    EnclaveLost = 19,

    /// <summary>Data too large for memory came again, while the app ran, as other bytes than those taken in.</summary>
    Stream = 20,

    /// <summary>The machine's processor gave it no report that it can use, or the way to another could not be closed.</summary>
    Report = 21,

    /// <summary>The index of a sealed folder is not one, or the app or arguments were sealed as a folder.</summary>
    Folder = 22,
}
