using DragonflyFlow.Pipeline.Configuration;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Shards;

/// <summary>Carries the options that say when small containers become big ones to where they are used. They are the process's, as in Redis.</summary>
internal static class EncodingLimits
{
    public static void Follow(ConfigStore config)
    {
        config.Subscribe(StoreOptions.ListMaxListpackSize, size => ListLimits.MaxListpackSize = (int)size);
        config.Subscribe(StoreOptions.HashMaxListpackEntries, count => HashLimits.FieldsMax = Clamp(count));
        config.Subscribe(StoreOptions.HashMaxListpackValue, bytes => HashLimits.ValueBytesMax = Clamp(bytes));
        config.Subscribe(StoreOptions.SetMaxIntsetEntries, count => SetLimits.IntegersMax = Clamp(count));
        config.Subscribe(StoreOptions.SetMaxListpackEntries, count => SetLimits.MembersMax = Clamp(count));
        config.Subscribe(StoreOptions.SetMaxListpackValue, bytes => SetLimits.MemberBytesMax = Clamp(bytes));
        config.Subscribe(StoreOptions.SortedSetMaxListpackEntries, count => SortedSetLimits.MembersMax = Clamp(count));
        config.Subscribe(StoreOptions.SortedSetMaxListpackValue, bytes => SortedSetLimits.MemberBytesMax = Clamp(bytes));
        config.Subscribe(StoreOptions.StreamNodeMaxBytes, bytes => StreamLimits.NodeBytesMax = Clamp(bytes));
        config.Subscribe(StoreOptions.StreamNodeMaxEntries, count => StreamLimits.NodeEntriesMax = Clamp(count));
    }

    private static int Clamp(long value) => (int)Math.Min(value, int.MaxValue);
}
