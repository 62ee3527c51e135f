namespace Errand.Client;

/// <summary>Appraises an enclave's evidence as the network's verifiers do. Pure: the same evidence gives the same finding, for ever.</summary>
public delegate EvidenceFinding EvidenceAppraiser(EvidenceToAppraise evidence);
