using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>What the catalogs of the tasks have in common.</summary>
public abstract class TrainCatalogBase : IInternalCatalog
{
    private readonly IHostEnvironment _env;

    private protected TrainCatalogBase(IHostEnvironment env) => _env = env;

    IHostEnvironment IInternalCatalog.Environment => _env;
}
