using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Evaluates the task that it is named after.</summary>
public sealed partial class RegressionCatalog : TrainCatalogBase
{
    internal RegressionCatalog(IHostEnvironment env)
        : base(env)
    {
    }
}
