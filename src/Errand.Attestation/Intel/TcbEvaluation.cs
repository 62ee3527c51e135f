namespace Errand.Attestation;

/// <summary>What collateral says of a platform. Also there for a refused quote, to show why.</summary>
public sealed record TcbEvaluation
{
    /// <summary>TCB info is for the FMSPC in the PCK certificate.</summary>
    public required bool FmspcMatches { get; init; }

    /// <summary>TCB info is for the PCE-ID in the PCK certificate.</summary>
    public required bool PceIdMatches { get; init; }

    /// <summary>The highest platform level reached; null when the platform is below all.</summary>
    public required TcbLevel? Platform { get; init; }

    /// <summary>The TDX module; null for SGX.</summary>
    public required TdxModuleEvaluation? Module { get; init; }

    /// <summary>The quoting enclave; null without an identity.</summary>
    public required QeEvaluation? Qe { get; init; }

    /// <summary>Status of platform, module and quoting enclave together.</summary>
    public required IntelTcbStatus Status { get; init; }

    /// <summary>Advisories of the levels reached, sorted, each once.</summary>
    public required IReadOnlyList<string> Advisories { get; init; }

    /// <summary>The date of the oldest level reached: updates since then are missing; null when a level is missing.</summary>
    public required DateTimeOffset? TcbDate { get; init; }

    /// <summary>The least tcbEvaluationDataNumber of the collateral used.</summary>
    public required int EvaluationDataNumber { get; init; }
}
