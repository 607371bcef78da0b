using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using TinyLlm.Reload;

// Loads a pipeline that another process saved, applies it to a CSV with the columns of its input, prints what comes out, and saves it
// again.
// Usage: MODEL CSV COPY
Console.WriteLine($"reflection {JsonSerializer.IsReflectionEnabledByDefault}");
var context = new MLContext();
var model = context.Model.Load(args[0], out var schema);
var data = context.Data.LoadFromTextFile(args[1], new TextLoader.Options
{
    Columns = [.. schema.Select((column, i) =>
        new TextLoader.Column(column.Name, column.Type is TextDataViewType ? DataKind.String : DataKind.Single, i))],
    Separators = [','],
});
foreach (var line in Digest.Of(model, data))
    Console.WriteLine(line);
context.Model.Save(model, schema, args[2]);
(model as IDisposable)?.Dispose();
