using Errand.Attestation;

namespace Errand.Tpm.Tests;

/// <summary>A TPM that gives the responses it was told to, in order, and writes down the commands.</summary>
internal sealed class ScriptedTpm(params byte[][] responses) : ITpm
{
    private int _next;

    public List<byte[]> Commands { get; } = [];

    public ValueTask<byte[]> TransmitAsync(ReadOnlyMemory<byte> command, CancellationToken cancellation)
    {
        TpmFrame.RequireCommand(command.Span);
        Commands.Add(command.ToArray());
        return ValueTask.FromResult(responses[_next++]);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>A response without sessions.</summary>
    public static byte[] Answer(byte[] parameters, uint code = 0) =>
        new TpmWriter().UInt16(TpmFrame.NoSessions).UInt32((uint)(TpmFrame.HeaderSize + parameters.Length)).UInt32(code).Bytes(parameters).ToArray();

    /// <summary>A response of success to a command with one password session.</summary>
    public static byte[] AnswerOfSession(byte[] parameters, uint? handle = null)
    {
        TpmWriter body = handle is { } given ? new TpmWriter().UInt32(given) : new TpmWriter();
        byte[] rest = body.UInt32((uint)parameters.Length).Bytes(parameters).Sized([]).UInt8(1).Sized([]).ToArray();
        return new TpmWriter().UInt16(TpmFrame.Sessions).UInt32((uint)(TpmFrame.HeaderSize + rest.Length)).UInt32(0).Bytes(rest).ToArray();
    }
}
