using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>Settings of a prediction engine.</summary>
public sealed class PredictionEngineOptions
{
    public bool IgnoreMissingColumns = true;
    public SchemaDefinition InputSchemaDefinition;
    public SchemaDefinition OutputSchemaDefinition;

    /// <summary>Whether the engine disposes the transformer with itself.</summary>
    public bool OwnsTransformer = true;
}
