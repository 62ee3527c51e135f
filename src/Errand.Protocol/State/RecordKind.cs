namespace Errand.Protocol;

/// <summary>Kinds of state records; part of their key.</summary>
internal enum RecordKind
{
    Clock = 1,
    Signer = 2,
    Node = 3,
    Asset = 4,
    Task = 5,
    TrustCase = 6,
    Operator = 7,
    Governance = 8,
    Terms = 9,
    Chip = 10,
    Fault = 11,
    EkBan = 12,
    OperatorBan = 13,
    Accuser = 14,
}
