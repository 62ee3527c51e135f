namespace Errand.Client.Tests;

/// <summary>A folder of one test, removed with all in it.</summary>
internal sealed class TempFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("errand-client-");

    internal string Path => _folder.FullName;

    internal string In(string name) => System.IO.Path.Combine(_folder.FullName, name);

    internal string Write(string name, string text)
    {
        File.WriteAllText(In(name), text);
        return In(name);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
