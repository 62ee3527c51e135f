namespace Errand.Attestation;

/// <summary>When a piece of collateral is valid.</summary>
/// <param name="IssueDate">First instant.</param>
/// <param name="NextUpdate">Last instant.</param>
public readonly record struct CollateralPeriod(DateTimeOffset IssueDate, DateTimeOffset NextUpdate)
{
    /// <summary>True when an instant is in it, ends included.</summary>
    public bool Contains(DateTimeOffset instant) => instant >= IssueDate && instant <= NextUpdate;

    /// <inheritdoc/>
    public override string ToString() => $"{IssueDate:u} to {NextUpdate:u}";
}
