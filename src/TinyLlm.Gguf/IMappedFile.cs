namespace TinyLlm.Gguf;

/// <summary>What a model was loaded from and is read from as it is used.</summary>
internal interface IMappedFile
{
    /// <summary>Throws where the file was written to since it was mapped.</summary>
    /// <exception cref="IOException">It was: the model is no longer what was loaded.</exception>
    void CheckUnchanged();
}
