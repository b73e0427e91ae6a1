namespace Experiments.Sdk.Tests;

public sealed class SmokeTests
{
    [Fact]
    public void Assembly_Loads_Always() => Assert.NotNull(typeof(SmokeTests).Assembly);
}
