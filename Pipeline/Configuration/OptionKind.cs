using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace DragonflyFlow.Pipeline.Configuration;

/// <summary>How text becomes a value of an option and back. Error texts are those of Redis's CONFIG SET.</summary>
internal abstract class OptionKind<T>
{
    /// <summary>Shown in --help.</summary>
    public abstract string Name { get; }

    /// <summary>What is allowed, shown in --help; empty if anything of the kind is.</summary>
    public virtual string Range => "";

    /// <summary>Reads <paramref name="text"/>; <paramref name="current"/> is there for kinds of which a part can be set.</summary>
    public abstract bool TryParse(string text, T current, [MaybeNullWhen(false)] out T value, [NotNullWhen(false)] out string? error);

    /// <summary>The value as CONFIG GET answers it.</summary>
    public virtual string Format(T value) => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
}
