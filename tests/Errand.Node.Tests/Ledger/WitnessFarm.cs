using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Errand.Ledger;
using Errand.Primitives;
using Errand.Protocol.Tests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Errand.Node.Tests;

/// <summary>Witnesses behind one door, each of which can be made to fail or to lie.</summary>
internal sealed class WitnessFarm : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly TestActor[] _actors;
    private readonly VerifierKey _log;

    private WitnessFarm(WebApplication app, VerifierKey log, TestActor[] actors)
    {
        _app = app;
        _log = log;
        _actors = actors;
        Stores = [.. actors.Select(_ => new MemoryWitnessStore())];
        Modes = new WitnessMode[actors.Length];
        Witnesses = new Witness[actors.Length];
        for (int i = 0; i < actors.Length; i++) Restart(i);
    }

    public WitnessMode[] Modes { get; }

    public MemoryWitnessStore[] Stores { get; }

    public Witness[] Witnesses { get; }

    public Dictionary<PublicKey, Uri> Places =>
        _actors.Select((actor, i) => (actor.Id, Uri: new Uri(string.Create(CultureInfo.InvariantCulture, $"{_app.Urls.Single()}/w/{i}/")))).ToDictionary(place => place.Id, place => place.Uri);

    public static async Task<WitnessFarm> StartAsync(VerifierKey log, IReadOnlyList<TestActor> actors)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        WebApplication app = builder.Build();
        var farm = new WitnessFarm(app, log, [.. actors]);
        app.MapPost("/w/{i:int}/add-checkpoint", (HttpContext context, int i) => farm.AnswerAsync(context, i));
        await app.StartAsync();
        return farm;
    }

    /// <summary>Ends a witness and starts it with what its store holds.</summary>
    public void Restart(int i) => Witnesses[i] = new Witness(_log, Cosigner.OfNode(_actors[i].Key), Stores[i], TimeProvider.System);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context, int i)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        switch (Modes[i])
        {
            case WitnessMode.Down:
                context.Abort();
                return;
            case WitnessMode.Slow:
                await Task.Delay(250);
                break;
            case WitnessMode.WrongSize:
                context.Response.StatusCode = 409;
                context.Response.ContentType = "text/x.tlog.size";
                await context.Response.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"{RandomNumberGenerator.GetInt32(1, 1_000_000)}\n"));
                return;
            case WitnessMode.Rubbish:
                await context.Response.Body.WriteAsync(RandomNumberGenerator.GetBytes(20_000));
                return;
            case WitnessMode.WrongSignature:
                await WriteAsync(context, Cosign(i, body, spoilt: true));
                return;
            case WitnessMode.SignsAnything:
                await WriteAsync(context, Cosign(i, body, spoilt: false));
                return;
            case WitnessMode.Honest:
                break;
            default:
                throw new InvalidOperationException();
        }
        WitnessAnswer answer;
        try
        {
            answer = Witnesses[i].Add(body.ToArray());
        }
        catch (IOException)
        {
            context.Response.StatusCode = 503;
            return;
        }
        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = answer.ContentType;
        await context.Response.Body.WriteAsync(answer.Body);
    }

    private NoteSignature Cosign(int i, MemoryStream body, bool spoilt)
    {
        Assert.True(AddCheckpointRequest.TryParse(body.ToArray(), out AddCheckpointRequest? request));
        Assert.True(Checkpoint.TryParse(request.Note.Text, out Checkpoint? checkpoint));
        NoteSignature line = Cosigner.OfNode(_actors[i].Key).Cosign(checkpoint, TimeProvider.System.GetUtcNow());
        if (!spoilt) return line;
        byte[] signature = line.Signature.ToArray();
        signature[^1] ^= 1;
        return line with { Signature = signature };
    }

    private static byte[] KeyIdOf(NoteSignature line)
    {
        var id = new byte[sizeof(uint)];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(id, line.KeyId);
        return id;
    }

    private static Task WriteAsync(HttpContext context, NoteSignature line)
    {
        var note = new StringBuilder("\u2014 ").Append(line.Name).Append(' ');
        byte[] bytes = [.. KeyIdOf(line), .. line.Signature.Span];
        return context.Response.WriteAsync(note.Append(Convert.ToBase64String(bytes)).Append('\n').ToString());
    }
}
