using System.Reflection;
using Errand.Attestation;
using Errand.Client;
using Errand.Enclave;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Architecture.Tests;

/// <summary>Section 13 and section 11 of the specification say what the enumerations and the tags say, number by number.</summary>
public sealed class CodeTableTests
{
    [Fact]
    public void Refusals() => Assert.Equal(Sorted(Enum.GetValues<RefusalReason>().Where(reason => reason != RefusalReason.None)
        .Select(reason => ((int)reason, reason.Code(), reason.Sentence()))), Specification.Codes("13.1"));

    [Fact]
    public void Task_reasons() => Assert.Equal(Sorted(Enum.GetValues<TaskReason>().Where(reason => reason != TaskReason.None)
        .Select(reason => ((int)reason, reason.Code(), reason.Sentence()))), Specification.Codes("13.2"));

    [Fact]
    public void Deny_reasons() => Assert.Equal(Sorted(Enum.GetValues<DenyReason>().Select(reason => ((int)reason, reason.Code(), reason.Sentence()))), Specification.Codes("13.3"));

    [Fact]
    public void Abort_reasons() => Assert.Equal(Enum.GetValues<AbortReason>().Where(reason => reason != AbortReason.None).Order()
        .Select(reason => ((int)reason, reason.Code())), Specification.Codes("13.4").Select(row => (row.Number, "abort/" + row.Code)));

    [Fact]
    public void Appraisal_reasons() => Assert.Equal(Enum.GetValues<AttestationReason>().Where(reason => reason != AttestationReason.None).Order()
        .Select(reason => ((int)reason, reason.ToCode())), Specification.Codes("13.6").Select(row => (row.Number, row.Code)));

    [Fact]
    public void Dismissals() => Assert.Equal(Sorted(Enum.GetValues<FaultDismissal>().Where(dismissal => dismissal != FaultDismissal.None)
        .Select(dismissal => ((int)dismissal, dismissal.Code(), dismissal.Sentence()))), Specification.Codes("13.8"));

    [Fact]
    public void Charges() => Assert.Equal(Sorted(Enum.GetValues<FaultCharge>().Where(charge => charge != FaultCharge.None)
        .Select(charge => ((int)charge, charge.Code(), charge.Sentence()))), Specification.Codes("6.15").Select(row => (row.Number, row.Code, row.Sentence.Split(" | ")[0])));

    [Fact]
    public void Audit_outcomes() => Assert.Equal(
        Enum.GetValues<AuditCode>().Select(code => (code.Code(), code.Sentence())).Order(),
        Specification.Names("13.7").Select(row => (row.Name.StartsWith("audit/", StringComparison.Ordinal) ? row.Name : "audit/" + row.Name, row.Meaning)).Order());

    [Fact]
    public void Tags_are_those_of_the_code() => Assert.Equal(
        typeof(Tags).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetRawConstantValue()!).Order(StringComparer.Ordinal),
        Specification.Names("11").Select(row => row.Name).Order(StringComparer.Ordinal));

    private static IEnumerable<(int Number, string Code, string Sentence)> Sorted(IEnumerable<(int Number, string Code, string Sentence)> rows) => rows.OrderBy(row => row.Number);
}
