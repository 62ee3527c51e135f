namespace Errand.Enclave;

/// <summary>The stable codes of <see cref="AbortReason"/>.</summary>
public static class AbortReasons
{
    /// <summary>The code: <c>abort/release-signature</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such reason, or it is <see cref="AbortReason.None"/>.</exception>
    public static string Code(this AbortReason reason) => reason switch
    {
        AbortReason.ChannelClosed => "abort/channel-closed",
        AbortReason.Message => "abort/message",
        AbortReason.Order => "abort/order",
        AbortReason.Submit => "abort/submit",
        AbortReason.Limits => "abort/limits",
        AbortReason.Recipient => "abort/recipient",
        AbortReason.ContentId => "abort/content-id",
        AbortReason.ArgumentDigest => "abort/argument-digest",
        AbortReason.InputSize => "abort/input-size",
        AbortReason.ReleaseSignature => "abort/release-signature",
        AbortReason.ReleaseContext => "abort/release-context",
        AbortReason.ReleaseKey => "abort/release-key",
        AbortReason.KeyCommitment => "abort/key-commitment",
        AbortReason.SealedFile => "abort/sealed-file",
        AbortReason.Arguments => "abort/arguments",
        AbortReason.WasmProfile => "abort/wasm-profile",
        AbortReason.Internal => "abort/internal",
        AbortReason.StartTimeout => "abort/start-timeout",
        AbortReason.EnclaveLost => "abort/enclave-lost",
        AbortReason.Stream => "abort/stream",
        AbortReason.Report => "abort/report",
        AbortReason.Folder => "abort/folder",
        _ => throw new ArgumentOutOfRangeException(nameof(reason)),
    };
}
