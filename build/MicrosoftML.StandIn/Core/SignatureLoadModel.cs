namespace Microsoft.ML;

/// <summary>The signature of a component that is loaded from a model file.</summary>
internal delegate void SignatureLoadModel(ModelLoadContext ctx);
