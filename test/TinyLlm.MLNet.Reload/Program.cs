using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.ML;
using Microsoft.ML.Data;
using TinyLlm.MLNet.Reload;

// Saves or loads a pipeline that ends in a transformer with a large payload, applies it to a CSV, and prints a hash of what comes out.
// Usage: save|load MODEL CSV SEPARATOR FIRST-FIELD LAST-FIELD
var (model, csv, separator) = (args[1], args[2], args[3][0]);
var mlContext = new MLContext(seed: 1);
var data = mlContext.Data.LoadFromTextFile(csv, new TextLoader.Options
{
    Columns =
    [
        new TextLoader.Column("First", DataKind.Single, int.Parse(args[4])),
        new TextLoader.Column("Rest", DataKind.Single, int.Parse(args[4]) + 1, int.Parse(args[5])),
    ],
    Separators = [separator],
    HasHeader = true,
    AllowQuoting = true,
});

ITransformer transformer;
if (args[0] == "save")
{
    var pipeline = mlContext.Transforms.Concatenate("Features", "First", "Rest")
        .Append(mlContext.Transforms.NormalizeMinMax("Features"))
        .Append(new PayloadEstimator("Projection", "Features", seed: 7));
    transformer = pipeline.Fit(data);
    mlContext.Model.Save(transformer, data.Schema, model);
}
else
{
    transformer = mlContext.Model.Load(model, out var schema);
    Console.WriteLine($"schema {string.Join(' ', schema.Select(column => column.Name))}");
}

using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
var rows = 0;
foreach (var row in transformer.Transform(data).GetColumn<float[]>("Projection"))
{
    hash.AppendData(MemoryMarshal.AsBytes<float>(row));
    rows++;
}

Console.WriteLine($"last {((IEnumerable<ITransformer>)transformer).Last().GetType().Name}");
Console.WriteLine($"rows {rows}");
Console.WriteLine($"hash {Convert.ToHexString(hash.GetHashAndReset())}");
