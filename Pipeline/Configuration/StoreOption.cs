using System.Diagnostics.CodeAnalysis;

namespace DragonflyFlow.Pipeline.Configuration;

/// <summary>An option whose value is a <typeparamref name="T"/>; the key for <see cref="ConfigStore.Get{T}"/>.</summary>
public sealed class StoreOption<T> : OptionDescriptor
    where T : notnull
{
    private readonly OptionKind<T> _kind;

    internal StoreOption(int index, string name, OptionKind<T> kind, T defaultValue, string group, string doc)
        : base(index, name, group, doc)
    {
        _kind = kind;
        Default = defaultValue;
        DefaultBoxed = defaultValue;
    }

    /// <summary>The value when nobody sets one.</summary>
    public T Default { get; }

    /// <inheritdoc />
    public override string KindName => _kind.Name;

    /// <inheritdoc />
    public override string Range => _kind.Range;

    /// <inheritdoc />
    public override string DefaultText => _kind.Format(Default);

    internal override object DefaultBoxed { get; }

    internal override bool TryParse(string text, object current, [NotNullWhen(true)] out object? value, [NotNullWhen(false)] out string? error)
    {
        bool parsed = _kind.TryParse(text, (T)current, out T? typed, out error);
        value = parsed ? typed : null;
        return parsed;
    }

    internal override string Format(object value) => _kind.Format((T)value);
}
