using SharpFuzz;

namespace Errand.Fuzz;

/// <summary>Weaves coverage counters into the assemblies beside this program, once.</summary>
internal static class Instrumentation
{
    private static readonly string[] Names = ["Errand.Primitives", "Errand.Cryptography", "Errand.Attestation", "Errand.Protocol", "Errand.Ledger", "Errand.Client", "Errand.Enclave"];

    // Arithmetic that runs the same way whatever the input is: counters would only make it slow.
    private static readonly string[] LeftAlone = ["Errand.Cryptography.FieldElement", "Errand.Cryptography.EdwardsPoint", "Errand.Cryptography.Field"];

    public static void Weave(string folder)
    {
        foreach (string name in Names)
        {
            string path = Path.Combine(folder, name + ".dll");
            try
            {
                Fuzzer.Instrument(path, type => !LeftAlone.Any(left => type.StartsWith(left, StringComparison.Ordinal)), Options.Value);
            }
            catch (InstrumentationException done) when (done.Message.Contains("already instrumented", StringComparison.OrdinalIgnoreCase))
            {
                // From an earlier run of the same build.
            }
        }
    }
}
