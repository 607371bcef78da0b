using TinyLlm.Samples.Tests.Repository;

namespace TinyLlm.Samples.Tests.Testing;

[TestClass]
public sealed class PublicApiTests
{
    private const string Source = """
        using System.Diagnostics.CodeAnalysis;

        namespace Zoo
        {
            public delegate TResult Feed<in TFood, out TResult>(TFood food, ref int amount) where TFood : class;

            [Flags]
            public enum Diet : byte { None, Plants = 1, Meat = 2 }

            public interface IAnimal : IDisposable
            {
                string? Name { get; }
                static abstract IAnimal Create(ReadOnlySpan<char> text);
            }

            [Obsolete("Use Cage.")]
            public abstract class Box<T> : List<T?>, IAnimal where T : unmanaged
            {
                public const string Label = "box";
                protected static readonly double Size = 1.5;
                internal int Hidden;
                private protected int Secret;
                protected Box(T first, params string[] rest) { }
                public string? Name { get; protected set; }
                public required IReadOnlyDictionary<string, string?[]> Notes { get; init; }
                public ref readonly T this[int row, int column] => throw null!;
                public event EventHandler<EventArgs>? Opened;
                public abstract void Open(
                    Diet diet = Diet.Plants | Diet.Meat, string? key = null, float force = 0.5f, CancellationToken token = default);
                protected internal virtual (int, string?) Look<TEye>(in TEye eye, out int seen, ref readonly int step)
                    where TEye : IComparable<TEye>, new() => throw null!;
                public sealed override string ToString() => "";
                public static bool operator !(Box<T> box) => true;
                public static IAnimal Create(ReadOnlySpan<char> text) => throw null!;
                public void Dispose() => GC.SuppressFinalize(this);
                protected sealed class Lid { }
                private sealed class Lock { }
            }

            public static class Extensions
            {
                [Obsolete("Look instead.")]
                public static unsafe int Count(this IAnimal[]? animals, int* where, char mark = 'x') => 0;
            }

            public sealed record Cage(int Bars, string? Sign = null);

            public readonly record struct Step(int Length);

            public readonly ref struct View { public readonly int Width; }

            internal sealed class Keeper { }
        }

        namespace Apart
        {
            public sealed class Visitor { public Zoo.Cage? Seen(Zoo.Box<int>.Enumerator looked) => null; }
        }
        """;

    [TestMethod]
    public void Render_AllKindsOfTypesAndMembers_IsApproved() =>
        Approved.Verify(PublicApi.Render(CodeCompiler.Load(Source)), "PublicApiOfAZoo");

    [TestMethod]
    public void Render_AddedMember_ChangesTheText() => Assert.AreNotEqual(
        PublicApi.Render(CodeCompiler.Load("public class A;")),
        PublicApi.Render(CodeCompiler.Load("public class A { public void B() { } }")));
}
