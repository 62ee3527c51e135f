using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Errand.Ledger.Tests;

/// <summary>Stands before a real endpoint, and does with calls and answers what a test says.</summary>
internal sealed class ScriptedEndpoint : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(60) };
    private readonly Uri _behind;

    private ScriptedEndpoint(WebApplication app, Uri behind)
    {
        _app = app;
        _behind = behind;
    }

    internal Uri Address { get; private set; } = null!;

    /// <summary>
    /// Answers a call: gets its method, the call itself and a way to ask the endpoint behind (which gives the whole answer); null answers nothing, as a
    /// connection that breaks. May run many times at once.
    /// </summary>
    internal Func<string, JsonObject, Func<Task<JsonObject>>, Task<JsonObject?>> Answer { get; set; } = async (_, _, ask) => await ask();

    internal static async Task<ScriptedEndpoint> StartAsync(Uri behind)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
        WebApplication app = builder.Build();
        var endpoint = new ScriptedEndpoint(app, behind);
        app.MapPost("/", endpoint.HandleAsync);
        await app.StartAsync();
        endpoint.Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        return endpoint;
    }

    /// <summary>An answer with a result.</summary>
    internal static JsonObject Result(JsonObject call, string result) => new() { ["jsonrpc"] = "2.0", ["id"] = call["id"]!.DeepClone(), ["result"] = result };

    /// <summary>An answer that refuses.</summary>
    internal static JsonObject Refusal(JsonObject call, string message) =>
        new() { ["jsonrpc"] = "2.0", ["id"] = call["id"]!.DeepClone(), ["error"] = new JsonObject { ["code"] = -32000, ["message"] = message } };

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _http.Dispose();
    }

    private async Task HandleAsync(HttpContext context)
    {
        JsonObject call = (await JsonNode.ParseAsync(context.Request.Body))!.AsObject();
        JsonObject? answer;
        try
        {
            answer = await Answer((string)call["method"]!, call, () => AskAsync(call));
        }
        catch (Exception gone) when (gone is HttpRequestException or OperationCanceledException or JsonException)
        {
            answer = null;
        }
        if (answer is null) context.Abort();
        else await context.Response.WriteAsync(answer.ToJsonString());
    }

    private async Task<JsonObject> AskAsync(JsonObject call)
    {
        using var content = new StringContent(call.ToJsonString(), System.Text.Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await _http.PostAsync(_behind, content);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsObject();
    }
}
