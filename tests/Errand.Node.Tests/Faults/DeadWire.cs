namespace Errand.Node.Tests;

/// <summary>A wire on which nothing gets through, and that tells when something was tried.</summary>
internal sealed class DeadWire : HttpMessageHandler
{
    private readonly TaskCompletionSource _tried = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Tried => _tried.Task;

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        _tried.TrySetResult();
        throw new HttpRequestException("The program has crashed.");
    }
}
