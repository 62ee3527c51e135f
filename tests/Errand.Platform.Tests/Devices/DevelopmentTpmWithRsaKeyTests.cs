using Errand.Attestation;

namespace Errand.Platform.Tests;

public sealed class DevelopmentTpmWithRsaKeyTests() : DevelopmentTpmContract(EkTemplate.RsaL1);
