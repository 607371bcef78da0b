using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>A catalog, for the extension methods that need its environment.</summary>
internal interface IInternalCatalog
{
    IHostEnvironment Environment { get; }
}
