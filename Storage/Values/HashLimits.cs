namespace DragonflyFlow.Storage.Values;

/// <summary>Up to where a hash stays one packed block. Read by all shards; set by CONFIG.</summary>
public static class HashLimits
{
    /// <summary>Fields that any block can hold: each makes two entries.</summary>
    public const int FieldsMaxMax = PackedBlock.CountMax / 2;

    private static int _fieldsMax = 512;

    /// <summary>Most fields (hash-max-listpack-entries); beyond <see cref="FieldsMaxMax"/> it counts as that.</summary>
    public static int FieldsMax
    {
        get => _fieldsMax;
        set => _fieldsMax = Math.Clamp(value, 0, FieldsMaxMax);
    }

    /// <summary>Most bytes of a field or a value (hash-max-listpack-value).</summary>
    public static int ValueBytesMax { get; set; } = 64;
}
