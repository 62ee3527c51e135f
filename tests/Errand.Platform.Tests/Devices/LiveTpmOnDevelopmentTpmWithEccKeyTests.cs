using Errand.Attestation;

namespace Errand.Platform.Tests;

public sealed class LiveTpmOnDevelopmentTpmWithEccKeyTests() : LiveTpmOnDevelopmentTpmContract(EkTemplate.EccL2, TpmAlgorithm.Ecc);
