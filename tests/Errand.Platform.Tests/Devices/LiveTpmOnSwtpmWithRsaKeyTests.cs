using Errand.Attestation;

namespace Errand.Platform.Tests;

public sealed class LiveTpmOnSwtpmWithRsaKeyTests(SwtpmFixture swtpm) : LiveTpmOnSwtpmContract(swtpm, EkTemplate.RsaL1, TpmAlgorithm.Rsa);
