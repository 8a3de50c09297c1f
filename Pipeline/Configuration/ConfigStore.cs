// Concurrency rule of this file: _values is an immutable snapshot, replaced as a whole under _gate, so a reader never waits and never sees half of a
// CONFIG SET. Listeners are told under _gate: in the order of the changes, on the setter's thread; they must neither wait nor set options.

namespace DragonflyFlow.Pipeline.Configuration;

/// <summary>The values of all options of one store. Any thread reads and sets; listeners hear of changes.</summary>
public sealed class ConfigStore
{
    private readonly Lock _gate = new();
    private readonly List<Action<object>>[] _listeners;
    private object[] _values;

    /// <summary>Makes a store in which every option has its default.</summary>
    public ConfigStore()
    {
        _values = [.. StoreOptions.All.Select(option => option.DefaultBoxed)];
        _listeners = [.. StoreOptions.All.Select(_ => new List<Action<object>>())];
    }

    /// <summary>The value of an option now.</summary>
    public T Get<T>(StoreOption<T> option)
        where T : notnull
    {
        ArgumentNullException.ThrowIfNull(option);
        return (T)Volatile.Read(ref _values)[option.Index];
    }

    /// <summary>The value of an option whose bounds fit an int.</summary>
    public int GetInt(StoreOption<long> option) => checked((int)Get(option));

    /// <summary>The value in the form of CONFIG GET.</summary>
    public string GetText(OptionDescriptor option)
    {
        ArgumentNullException.ThrowIfNull(option);
        return option.Format(Volatile.Read(ref _values)[option.Index]);
    }

    /// <summary>Calls <paramref name="onChange"/> with the value now and after every change, until disposed. It must not wait, and not set options.</summary>
    public IDisposable Subscribe<T>(StoreOption<T> option, Action<T> onChange)
        where T : notnull
    {
        ArgumentNullException.ThrowIfNull(option);
        ArgumentNullException.ThrowIfNull(onChange);
        void Listener(object value) => onChange((T)value);
        lock (_gate)
        {
            _listeners[option.Index].Add(Listener);
            onChange(Get(option));
        }

        return new Subscription(this, option.Index, Listener);
    }

    /// <summary>Sets one option before the store runs, when every option may be set. Returns what is wrong, or null.</summary>
    public string? SetAtStart(OptionDescriptor option, string text)
    {
        ArgumentNullException.ThrowIfNull(option);
        lock (_gate)
        {
            object[] values = [.. _values];
            if (!option.TryParse(text, values[option.Index], out object? value, out string? error))
                return error;
            values[option.Index] = value;
            Publish(values);
            return null;
        }
    }

    /// <summary>CONFIG SET: sets all the options or none. Returns the error reply, without the leading minus, or null.</summary>
    public string? Set(IReadOnlyList<KeyValuePair<string, string>> settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        lock (_gate)
        {
            object[] values = [.. _values];
            string? error = Prepare(settings, values);
            if (error is null)
                Publish(values);
            return error;
        }
    }

    /// <summary>
    /// CONFIG GET: names and values of the options of which one name is accepted by <paramref name="isAsked"/>, which is given lower-case names. A name is
    /// answered in the spelling that was asked for, Redis's (dashes) first.
    /// </summary>
    public IEnumerable<KeyValuePair<string, string>> Match(Func<string, bool> isAsked)
    {
        ArgumentNullException.ThrowIfNull(isAsked);
        foreach (OptionDescriptor option in StoreOptions.All)
        {
            string? name = isAsked(option.DashedName) ? option.DashedName : isAsked(option.Name) ? option.Name : null;
            if (name is not null)
                yield return new KeyValuePair<string, string>(name, GetText(option));
            foreach (string alias in option.Aliases.Where(isAsked))
                yield return new KeyValuePair<string, string>(alias, GetText(option));
        }
    }

    // As in Redis, all names are looked at before any value.
    private static string? Prepare(IReadOnlyList<KeyValuePair<string, string>> settings, object[] values)
    {
        OptionDescriptor[] options = new OptionDescriptor[settings.Count];
        for (int i = 0; i < options.Length; i++)
        {
            string name = settings[i].Key;
            if (StoreOptions.Find(name) is not { } option)
                return $"ERR Unknown option or number of arguments for CONFIG SET - '{name}'";
            if (option.Change != OptionChange.AtRunTime)
                return Failed(name, $"can't set {(option.Change == OptionChange.Protected ? "protected" : "immutable")} config");
            if (options.AsSpan(0, i).Contains(option))
                return Failed(name, "duplicate parameter");
            options[i] = option;
        }

        for (int i = 0; i < options.Length; i++)
        {
            ref object value = ref values[options[i].Index];
            if (!options[i].TryParse(settings[i].Value, value, out object? parsed, out string? error))
                return Failed(settings[i].Key, error);
            value = parsed;
        }

        return null;
    }

    private static string Failed(string name, string why) => $"ERR CONFIG SET failed (possibly related to argument '{name}') - {why}";

    private void Publish(object[] values)
    {
        object[] before = _values;
        Volatile.Write(ref _values, values);
        for (int i = 0; i < values.Length; i++)
        {
            if (Equals(before[i], values[i]))
                continue;
            foreach (Action<object> listener in _listeners[i])
                listener(values[i]);
        }
    }

    private sealed class Subscription(ConfigStore store, int index, Action<object> listener) : IDisposable
    {
        public void Dispose()
        {
            lock (store._gate)
                store._listeners[index].Remove(listener);
        }
    }
}
