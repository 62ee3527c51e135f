using Errand.Attestation;

namespace Errand.Platform.Tests;

public sealed class LiveTpmOnDevelopmentTpmWithRsaKeyTests() : LiveTpmOnDevelopmentTpmContract(EkTemplate.RsaL1, TpmAlgorithm.Rsa);
