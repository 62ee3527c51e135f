using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using System.Text.Json;

namespace Errand.Ledger;

/// <summary>Calls of JSON-RPC 2.0 over HTTP, one at a time or many, each bounded in time and size. No proxy, no redirects, no cookies.</summary>
/// <remarks>An endpoint's address may hold a secret in its path: what is said of it is its host alone.</remarks>
internal sealed class JsonRpc : IDisposable
{
    /// <summary>The longest answer to a call of one thing.</summary>
    internal const int AnswerSizeMax = 4 << 20;

    /// <summary>The longest answer to a call for logs.</summary>
    internal const int LogsSizeMax = 64 << 20;

    private const int SentenceMax = 200, SecretSizeMin = 6;

    private readonly HttpClient _client;
    private readonly Uri _address;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;
    private long _calls;

    internal JsonRpc(Uri address, TimeSpan timeout, TimeProvider time)
    {
        if (!address.IsAbsoluteUri || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps))
            throw new ArgumentException("An absolute http or https URL is needed.", nameof(address));
        _address = address;
        _timeout = timeout;
        _time = time;
        var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = timeout };
        _client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Host and port, for people.</summary>
    internal string Name => _address.Authority;

    /// <summary>Calls a method and gives its result.</summary>
    /// <param name="method">The method.</param>
    /// <param name="parameters">Anything that is written as a JSON array: texts, numbers, booleans, and arrays and objects of these.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <param name="sizeMax">The longest answer that is read.</param>
    /// <exception cref="RpcRefusal">The endpoint refused.</exception>
    /// <exception cref="LedgerException"><see cref="LedgerFault.Transport"/>: no answer, too late, too long, or not one of JSON-RPC.</exception>
    internal async ValueTask<JsonElement> CallAsync(string method, object?[] parameters, CancellationToken cancellation, int sizeMax = AnswerSizeMax)
    {
        long id = Interlocked.Increment(ref _calls);
        byte[] body = Write(id, method, parameters);
        using var late = new CancellationTokenSource(_timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, late.Token);
        try
        {
            using var content = new ByteArrayContent(body);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var request = new HttpRequestMessage(HttpMethod.Post, _address) { Content = content };
            using HttpResponseMessage response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
            await response.Content.LoadIntoBufferAsync(sizeMax, either.Token).ConfigureAwait(false);
            byte[] answer = await response.Content.ReadAsByteArrayAsync(either.Token).ConfigureAwait(false);
            // Many nodes put a refusal under a status of failure: what counts is whether it is one of JSON-RPC.
            return TryRead(answer, id, out JsonElement result) ? result : throw NoAnswer($"does not answer as JSON-RPC (status {(int)response.StatusCode})");
        }
        catch (RpcRefusal refusal)
        {
            throw new RpcRefusal(refusal.Code, WithoutSecrets(refusal.Message));
        }
        catch (Exception fault) when (fault is OperationCanceledException or HttpRequestException or IOException or SocketException or AuthenticationException)
        {
            cancellation.ThrowIfCancellationRequested();
            // The cause may quote the address.
            throw NoAnswer(fault is OperationCanceledException ? $"did not answer {method} within {_timeout.TotalSeconds:0.#} seconds" : $"cannot be reached or broke off ({fault.GetType().Name})");
        }
    }

    public void Dispose() => _client.Dispose();

    /// <summary>Reads an answer; false when it is none to this call.</summary>
    /// <exception cref="RpcRefusal">It is a refusal.</exception>
    internal static bool TryRead(ReadOnlySpan<byte> answer, long id, out JsonElement result)
    {
        result = default;
        JsonElement root;
        try
        {
            var reader = new Utf8JsonReader(answer);
            if (!JsonElement.TryParseValue(ref reader, out JsonElement? parsed) || answer[(int)reader.BytesConsumed..].ContainsAnyExcept(" \t\r\n"u8)) return false;
            root = parsed.Value;
        }
        catch (JsonException)
        {
            return false;
        }
        if (root.ValueKind != JsonValueKind.Object || !RpcHex.TryGet(root, "id", out JsonElement echoed) || echoed.ValueKind != JsonValueKind.Number || !echoed.TryGetInt64(out long number) || number != id) return false;
        if (RpcHex.TryGet(root, "error", out JsonElement error) && error.ValueKind == JsonValueKind.Object) throw RefusalOf(error);
        return RpcHex.TryGet(root, "result", out result);
    }

    private static RpcRefusal RefusalOf(JsonElement error)
    {
        long code = RpcHex.TryGet(error, "code", out JsonElement number) && number.ValueKind == JsonValueKind.Number && number.TryGetInt64(out long given) ? given : 0;
        string sentence = RpcHex.TryGet(error, "message", out JsonElement text) && RpcHex.TryText(text) is { } said ? said : "no reason";
        return new RpcRefusal(code, string.Concat(sentence.EnumerateRunes().Where(letter => !Rune.IsControl(letter)).Take(SentenceMax)));
    }

    // Some quote the address that they were called at, with the key in it.
    private string WithoutSecrets(string sentence)
    {
        foreach (string part in _address.PathAndQuery.Split('/', '?', '&', '='))
            if (part.Length >= SecretSizeMin) sentence = sentence.Replace(part, "…", StringComparison.OrdinalIgnoreCase);
        return sentence;
    }

    private LedgerException NoAnswer(string what) => new(LedgerFault.Transport, $"The endpoint {Name} {what}.");

    private static byte[] Write(long id, string method, object?[] parameters)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("jsonrpc", "2.0");
            writer.WriteNumber("id", id);
            writer.WriteString("method", method);
            writer.WritePropertyName("params");
            WriteValue(writer, parameters);
            writer.WriteEndObject();
        }
        return buffer.ToArray();
    }

    private static void WriteValue(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case null: writer.WriteNullValue(); break;
            case string text: writer.WriteStringValue(text); break;
            case int number: writer.WriteNumberValue(number); break;
            case bool flag: writer.WriteBooleanValue(flag); break;
            case Dictionary<string, object?> map:
                writer.WriteStartObject();
                foreach ((string name, object? item) in map)
                {
                    writer.WritePropertyName(name);
                    WriteValue(writer, item);
                }
                writer.WriteEndObject();
                break;
            case object?[] items:
                writer.WriteStartArray();
                foreach (object? item in items) WriteValue(writer, item);
                writer.WriteEndArray();
                break;
            default: throw new ArgumentException($"A value of type {value.GetType().Name} cannot be sent.", nameof(value));
        }
    }
}
