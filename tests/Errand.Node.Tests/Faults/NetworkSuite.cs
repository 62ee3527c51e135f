namespace Errand.Node.Tests;

[CollectionDefinition(Name)]
public sealed class NetworkSuite : ICollectionFixture<SharedNetwork>
{
    public const string Name = "shared network";
}
