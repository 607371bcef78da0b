namespace TinyLlm.Fuzz;

/// <summary>Something that reads what others wrote, with the exceptions by which it may refuse.</summary>
internal abstract class FuzzTarget : IDisposable
{
    /// <summary>Gets a folder of the worker's own.</summary>
    public string Folder { get; private set; } = "";

    /// <summary>Makes the files that will be damaged; once in a process.</summary>
    public virtual void Prepare(string folder) => Folder = folder;

    /// <summary>Damages something and has it read; returns in words what was done before it is read.</summary>
    /// <param name="random">The only source of chance.</param>
    /// <param name="tell">Is told what was damaged before anything reads it.</param>
    public abstract void Run(Random random, Action<string> tell);

    /// <summary>Returns whether the reader's documentation names the exception.</summary>
    public abstract bool IsDocumented(Exception exception);

    public virtual void Dispose()
    {
    }

    protected string PathOf(string name) => Path.Combine(Folder, name);
}
