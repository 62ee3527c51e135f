namespace Errand.Protocol;

/// <summary>A JSON text of one type.</summary>
public sealed record JsonShape : FileShape
{
    /// <summary>Makes a shape. Nothing is checked here: <see cref="OutputShape.TryCreate"/> does.</summary>
    public JsonShape(string name, JsonType root)
        : base(name) => Root = root;

    /// <summary>The type of the whole.</summary>
    public JsonType Root { get; }
}
