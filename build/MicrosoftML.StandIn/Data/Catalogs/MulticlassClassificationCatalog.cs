using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Evaluates the task that it is named after.</summary>
public sealed partial class MulticlassClassificationCatalog : TrainCatalogBase
{
    internal MulticlassClassificationCatalog(IHostEnvironment env)
        : base(env)
    {
    }
}
