namespace Microsoft.ML.Runtime;

/// <summary>What a component runs in: channels to report through, components to load, hosts to register.</summary>
public interface IHostEnvironment : IChannelProvider, IProgressChannelProvider
{
    ComponentCatalog ComponentCatalog { get; }

    /// <summary>Makes the host of a component; its random numbers follow from this environment's, or from <paramref name="seed"/>.</summary>
    IHost Register(string name, int? seed = null, bool? verbose = null);
}
