using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Hangs the transforms' extension methods on one object.</summary>
public sealed class TransformsCatalog : IInternalCatalog
{
    private readonly IHostEnvironment _env;

    internal TransformsCatalog(IHostEnvironment env)
    {
        _env = env;
        Conversion = new ConversionTransforms(env);
    }

    public ConversionTransforms Conversion { get; }

    IHostEnvironment IInternalCatalog.Environment => _env;

    /// <summary>Hangs the conversions' extension methods on one object.</summary>
    public sealed class ConversionTransforms : IInternalCatalog
    {
        private readonly IHostEnvironment _env;

        internal ConversionTransforms(IHostEnvironment env) => _env = env;

        IHostEnvironment IInternalCatalog.Environment => _env;
    }
}
