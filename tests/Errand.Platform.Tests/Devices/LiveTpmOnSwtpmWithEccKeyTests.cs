using Errand.Attestation;

namespace Errand.Platform.Tests;

public sealed class LiveTpmOnSwtpmWithEccKeyTests(SwtpmFixture swtpm) : LiveTpmOnSwtpmContract(swtpm, EkTemplate.EccL2, TpmAlgorithm.Ecc);
