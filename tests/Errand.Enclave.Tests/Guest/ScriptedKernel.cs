namespace Errand.Enclave.Tests;

/// <summary>A kernel that writes down what it is asked and answers from a list; 0 to what is not on it.</summary>
internal sealed class ScriptedKernel : IGuestKernel
{
    private readonly Dictionary<string, int> _answers = [];

    public List<string> Calls { get; } = [];

    public int this[string call]
    {
        set => _answers[call] = value;
    }

    public int LoadModule(string file) => Answer($"load {Path.GetFileName(file)}");

    public int UnloadModule(string name) => Answer($"unload {name}");

    public int Mount(string kind, string folder, bool devices) => Answer($"mount {kind} {folder}");

    public int Unmount(string folder) => Answer($"unmount {folder}");

    public int Seal() => Answer("seal");

    public int ExtendRuntimeRegister(ReadOnlySpan<byte> digest) => Answer($"extend {digest.Length}");

    private int Answer(string call)
    {
        Calls.Add(call);
        return _answers.GetValueOrDefault(call);
    }
}
