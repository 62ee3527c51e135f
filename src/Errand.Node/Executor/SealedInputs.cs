using System.Net;
using System.Net.Http.Headers;
using Errand.Protocol;

namespace Errand.Node;

/// <summary>
/// Where an executor gets sealed files: data only from the folder of its own site, apps and arguments from where they are served.
/// </summary>
public sealed class SealedInputs(HttpClient http, string siteFolder, string workFolder)
{
    private const int FetchTries = 4;

    /// <summary>The name of a sealed file in a site's folder.</summary>
    public static string FileName(Primitives.ContentId content) => $"{content}.sealed";

    /// <summary>Deletes fetched files that a killed process could not.</summary>
    internal void DeleteLeftovers()
    {
        if (Directory.Exists(workFolder)) Directory.Delete(workFolder, recursive: true);
    }

    /// <summary>True when all data of a task lies at this site.</summary>
    internal bool HasData(TaskState task, NetworkState state) =>
        task.Submit.Data.All(data => File.Exists(SiteFile(state.Assets[data.Asset].Entry.Content)));

    /// <summary>The files of a task, in the order of release.</summary>
    internal static IReadOnlyList<SealedInput> Resolve(TaskState task, NetworkState state) =>
    [
        .. NetworkState.ReleaseOrder(task).SelectMany(group => group).Select(id =>
        {
            AssetState asset = state.Assets[id];
            return new SealedInput(id, asset.Owner, asset.Entry.Content, asset.Entry.AssetKind, asset.Entry.SizeBytes, [.. asset.Entry.Sites]);
        }),
    ];

    /// <summary>Opens a file; one that has to travel is fetched to a file that vanishes when closed.</summary>
    /// <exception cref="IOException">It is not there, or longer than its owner said.</exception>
    /// <exception cref="HttpRequestException">Nobody serves it.</exception>
    internal async Task<Stream> OpenAsync(SealedInput input, CancellationToken cancellation)
    {
        if (input.Kind == AssetKind.Data) return new FileStream(SiteFile(input.Content), FileMode.Open, FileAccess.Read, FileShare.Read);
        Exception? last = null;
        foreach (Uri site in input.Sites.Select(site => Uri.TryCreate(site, UriKind.Absolute, out Uri? uri) ? uri : null).OfType<Uri>())
        {
            try
            {
                return await FetchAsync(site, input, cancellation).ConfigureAwait(false);
            }
            catch (Exception fault) when (fault is HttpRequestException or IOException || (fault is OperationCanceledException && !cancellation.IsCancellationRequested))
            {
                last = fault;
            }
        }
        throw new IOException($"No site serves the sealed file {input.Content}. See that its owner's server runs.", last);
    }

    private async Task<Stream> FetchAsync(Uri site, SealedInput input, CancellationToken cancellation)
    {
        Directory.CreateDirectory(workFolder);
        var file = new FileStream(Path.Combine(workFolder, Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose);
        try
        {
            for (int tries = 1; ; tries++)
            {
                try
                {
                    await FetchRestAsync(site, input, file, cancellation).ConfigureAwait(false);
                    file.Position = 0;
                    return file;
                }
                catch (HttpIOException) when (tries < FetchTries)
                {
                    // It broke off: what has come is kept, and the enclave checks all of it.
                }
            }
        }
        catch
        {
            await file.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    // Appends what is missing; a server that does not know ranges sends all of it again.
    private async Task FetchRestAsync(Uri site, SealedInput input, FileStream file, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, site);
        if (file.Length > 0) request.Headers.Range = new RangeHeaderValue(file.Length, null);
        using HttpResponseMessage response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
        response.EnsureSuccessStatusCode();
        if (response.StatusCode != HttpStatusCode.PartialContent || response.Content.Headers.ContentRange?.From != file.Length) file.SetLength(0);
        file.Position = file.Length;
        Stream body = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
        {
            var buffer = new byte[1 << 16];
            for (int read; (read = await body.ReadAsync(buffer, cancellation).ConfigureAwait(false)) > 0;)
            {
                if (file.Length + read > input.SizeBytes) throw new IOException($"{site} sends more than the {input.SizeBytes} bytes of the sealed file.");
                await file.WriteAsync(buffer.AsMemory(0, read), cancellation).ConfigureAwait(false);
            }
        }
    }

    private string SiteFile(Primitives.ContentId content) => Path.Combine(siteFolder, FileName(content));
}
