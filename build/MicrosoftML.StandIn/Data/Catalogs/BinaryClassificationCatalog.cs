using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Evaluates the task that it is named after.</summary>
public sealed partial class BinaryClassificationCatalog : TrainCatalogBase
{
    internal BinaryClassificationCatalog(IHostEnvironment env)
        : base(env)
    {
    }
}
