using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>
/// Copies sources and plants the defects of a list in the copies, each behind a switch. A defect whose place is not found exactly once
/// fails the build: the list follows the code, or it is worth nothing.
/// </summary>
public sealed class PlantDefects : Task
{
    // The list names code; the rules that its lines cite come and go.
    private static readonly Regex Citation = new Regex(@"[ \t]*// R-[0-9][^\n]*");

    [Required]
    public ITaskItem[] Sources { get; set; }

    [Required]
    public string SourceRoot { get; set; }

    [Required]
    public string List { get; set; }

    [Required]
    public string Folder { get; set; }

    [Output]
    public ITaskItem[] Planted { get; set; }

    public override bool Execute()
    {
        var texts = new SortedDictionary<string, string>(StringComparer.Ordinal);
        string root = Path.GetFullPath(SourceRoot) + Path.DirectorySeparatorChar;
        foreach (ITaskItem source in Sources)
        {
            string path = source.GetMetadata("FullPath");
            if (path.Contains("/obj/") || path.Contains("/bin/")) continue;
            texts[path.Substring(root.Length).Replace('\\', '/')] = Citation.Replace(File.ReadAllText(path), "");
        }
        var names = new StringBuilder("namespace Errand.Simulation;\n\n/// <summary>The defects of defects.txt.</summary>\ninternal static class PlantedList\n{\n    public static readonly (string Id, string Mix, string What)[] All =\n    [\n");
        string id = null, file = null, from = null;
        foreach (string line in File.ReadAllLines(List))
        {
            if (line.Length == 0 || line.StartsWith("//")) continue;
            string rest = line.Substring(2);
            switch (line[0])
            {
                case '#':
                    string[] parts = rest.Split(new[] { " | " }, StringSplitOptions.None);
                    id = parts[0];
                    names.Append("        (\"" + id + "\", \"" + parts[1] + "\", \"" + parts[2] + "\"),\n");
                    break;
                case '@': file = rest; break;
                case '-': from = from == null ? rest : from + "\n" + rest; break;
                case '+':
                    if (!Plant(texts, id, file, from, rest)) return false;
                    from = null;
                    break;
                default:
                    Log.LogError("defects.txt has a line that begins with none of # @ - +: " + line);
                    return false;
            }
        }
        names.Append("    ];\n}\n");
        texts["PlantedList.cs"] = names.ToString();
        var planted = new List<ITaskItem>();
        foreach (KeyValuePair<string, string> text in texts)
        {
            string path = Path.Combine(Folder, text.Key);
            Directory.CreateDirectory(Path.GetDirectoryName(path));
            if (!File.Exists(path) || File.ReadAllText(path) != text.Value) File.WriteAllText(path, text.Value);
            planted.Add(new TaskItem(path));
        }
        Planted = planted.ToArray();
        return true;
    }

    // "PLANTED" stands for the switch. Leading white space of lines does not count.
    private bool Plant(SortedDictionary<string, string> texts, string id, string file, string from, string to)
    {
        if (!texts.TryGetValue(file, out string text))
        {
            Log.LogError("Defect " + id + ": there is no file " + file + ".");
            return false;
        }
        int at = text.IndexOf(from, StringComparison.Ordinal);
        if (at < 0 || text.IndexOf(from, at + 1, StringComparison.Ordinal) >= 0)
        {
            Log.LogError("Defect " + id + ": its place is not found exactly once in " + file + ": " + from);
            return false;
        }
        string code = to.Replace("PLANTED", "global::Errand.Simulation.Planted.Is(\"" + id + "\")");
        texts[file] = text.Substring(0, at) + code + text.Substring(at + from.Length);
        return true;
    }
}
