using Errand.Protocol;

namespace Errand.Enclave;

/// <summary>Where an output does not keep to a shape.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="File">The file.</param>
/// <param name="Where">Row and column, or JSON path; empty for the file as a whole.</param>
public sealed record ShapeFault(ShapeRule Rule, string File, string Where);
