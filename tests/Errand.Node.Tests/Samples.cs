using Errand.Tests;

namespace Errand.Node.Tests;

/// <summary>The sample apps and data of the checkout, and policies to use them with.</summary>
internal static class Samples
{
    public static byte[] LogisticRegression => File.ReadAllBytes(Path.Combine(Vectors.Repository(), "samples", "guests", "bin", "logreg.wasm"));

    public static byte[] Guest(string name) => File.ReadAllBytes(Path.Combine(Vectors.Repository(), "samples", "guests", "bin", name + ".wasm"));

    public static byte[] Variants => File.ReadAllBytes(Path.Combine(Vectors.Repository(), "samples", "guests", "bin", "variants.wasm"));

    public static byte[] Cheat => File.ReadAllBytes(Path.Combine(Vectors.Repository(), "samples", "guests", "bin", "cheat.wasm"));

    public static byte[] BreastCancer => File.ReadAllBytes(Path.Combine(Vectors.Repository(), "samples", "data", "breast-cancer-wisconsin.csv"));

    public static string Policy(string kind, string members = "") => $$"""
        {
          "version": 1, "kind": "{{kind}}", {{(kind == "data" ? "\"apps\": \"any\"," : "")}} "data": "any", "requesters": "any", "recipients": "any",
          "arguments": "any", "secretArguments": false, "custody": "any", "minEligibleExecutors": 1, "accepts": 1000,
          "outputLimitBytes": 65536, "logLimitBytes": 0, "paddingBytes": 4096{{members}}
        }
        """;
}
