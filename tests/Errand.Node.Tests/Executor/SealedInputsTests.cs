using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Errand.Primitives;
using Errand.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Errand.Node.Tests;

/// <summary>Sealed apps fetched from servers that break off.</summary>
public sealed class SealedInputsTests : IDisposable
{
    private static readonly byte[] Content = RandomNumberGenerator.GetBytes(500_000);
    private readonly TemporaryFolder _folder = new();
    private readonly HttpClient _http = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _http.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Transfer_that_breaks_off_goes_on_or_begins_again(bool ranges)
    {
        await using var server = new BreakingServer(breaks: 2, ranges);
        using Stream file = await OpenAsync(server.Url);
        Assert.Equal(Content, await ReadAsync(file));
        Assert.Equal(ranges ? ["", "200000", "350000"] : ["", "200000", "200000"], server.Ranges);
    }

    [Fact]
    public async Task Server_that_always_breaks_off_is_given_up()
    {
        await using var server = new BreakingServer(breaks: int.MaxValue, ranges: false);
        await Assert.ThrowsAsync<IOException>(() => OpenAsync(server.Url));
        Assert.Equal(4, server.Ranges.Count);
        Assert.Empty(Directory.GetFiles(Path.Combine(_folder.Path, "work")));
    }

    [Fact]
    public async Task Served_files_are_given_by_ranges()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        await using WebApplication app = builder.Build();
        var id = new ContentId(new Bytes32(SHA256.HashData(Content)));
        await File.WriteAllBytesAsync(Path.Combine(_folder.Path, SealedInputs.FileName(id)), Content, Cancellation);
        FileEndpoints.Map(app, _folder.Path);
        await app.StartAsync(Cancellation);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{app.Urls.Single()}/files/{id}");
        request.Headers.Range = new System.Net.Http.Headers.RangeHeaderValue(499_000, null);
        using HttpResponseMessage answer = await _http.SendAsync(request, Cancellation);
        Assert.Equal(HttpStatusCode.PartialContent, answer.StatusCode);
        Assert.Equal(Content[499_000..], await answer.Content.ReadAsByteArrayAsync(Cancellation));
    }

    private Task<Stream> OpenAsync(string url)
    {
        var input = new SealedInput(default, default, new ContentId(default), AssetKind.App, Content.Length, [url]);
        return new SealedInputs(_http, _folder.Path, Path.Combine(_folder.Path, "work")).OpenAsync(input, Cancellation);
    }

    private static async Task<byte[]> ReadAsync(Stream file)
    {
        using var copy = new MemoryStream();
        await file.CopyToAsync(copy, Cancellation);
        return copy.ToArray();
    }

    /// <summary>Ends its first answers early: the first after 200,000 bytes, later ones after 150,000 more.</summary>
    private sealed class BreakingServer : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly Task _serving;
        private readonly int _breaks;
        private readonly bool _ranges;

        public BreakingServer(int breaks, bool ranges)
        {
            (_breaks, _ranges) = (breaks, ranges);
            _listener.Start();
            _serving = ServeAsync();
        }

        public string Url => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/file";

        /// <summary>Where each request began.</summary>
        public List<string> Ranges { get; } = [];

        public async ValueTask DisposeAsync()
        {
            _listener.Stop();
            await _serving;
        }

        private async Task ServeAsync()
        {
            while (true)
            {
                try
                {
                    using TcpClient client = await _listener.AcceptTcpClientAsync();
                    await AnswerAsync(client.GetStream());
                }
                catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
                {
                    return;
                }
            }
        }

        private async Task AnswerAsync(NetworkStream stream)
        {
            using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
            string range = "";
            while (await reader.ReadLineAsync() is { Length: > 0 } line)
                if (line.StartsWith("Range: bytes=", StringComparison.OrdinalIgnoreCase)) range = line["Range: bytes=".Length..].TrimEnd('-');
            Ranges.Add(range);
            int from = _ranges && range.Length > 0 ? int.Parse(range, CultureInfo.InvariantCulture) : 0;
            string head = from > 0 ? $"HTTP/1.1 206 Partial Content\r\nContent-Range: bytes {from}-{Content.Length - 1}/{Content.Length}\r\n" : "HTTP/1.1 200 OK\r\n";
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"{head}Content-Length: {Content.Length - from}\r\nConnection: close\r\n\r\n"));
            int size = Ranges.Count > _breaks ? Content.Length - from : from > 0 ? 150_000 : 200_000;
            await stream.WriteAsync(Content.AsMemory(from, size));
            stream.Socket.Shutdown(SocketShutdown.Send);
        }
    }
}
