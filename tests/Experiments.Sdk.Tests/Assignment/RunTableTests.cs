using Experiments.Sdk.Assignment;

namespace Experiments.Sdk.Tests.Assignment;

public sealed class RunTableTests
{
    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 2)]
    [InlineData(8, 3)]
    [InlineData(9, 3)]
    [InlineData(300, 5)]
    [InlineData(8, 255)]
    [InlineData(8, 256)]
    public void Indexer_AnyRuns_TheTablesValue(int runs, int values)
    {
        var random = new Random(runs);
        var table = BucketTable.Empty();
        for (var run = 0; run < runs; run++)
        {
            // The last run is the highest value; −1 stands for none.
            var value = run == runs - 1 ? values - 1 : random.Next(-1, values);
            table.AsSpan(run * (BucketTable.Size / runs)).Fill((short)value);
        }

        var lookUp = new RunTable(table);
        for (var bucket = 0; bucket < BucketTable.Size; bucket++) Assert.Equal(table[bucket], lookUp[bucket]);
    }
}
