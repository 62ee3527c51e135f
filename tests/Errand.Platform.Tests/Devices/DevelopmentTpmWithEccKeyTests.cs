using Errand.Attestation;

namespace Errand.Platform.Tests;

public sealed class DevelopmentTpmWithEccKeyTests() : DevelopmentTpmContract(EkTemplate.EccL2);
