namespace DragonflyFlow.Storage.Formats;

/// <summary>Bytes in an RDB file that stand where the type of a value could stand.</summary>
internal enum RdbOpcode : byte
{
    /// <summary>What a slot of a cluster holds: slot, keys, keys with an expiry.</summary>
    SlotInfo = 244,

    /// <summary>The source of a library of functions.</summary>
    Function = 245,

    /// <summary>A function in a form that only candidates for Redis 7.0 wrote.</summary>
    FunctionOfCandidates = 246,

    /// <summary>Data of a module that belongs to no key.</summary>
    ModuleAux = 247,

    /// <summary>Seconds since the next key was used.</summary>
    Idle = 248,

    /// <summary>How often the next key is used, 1 byte.</summary>
    Frequency = 249,

    /// <summary>A name and a text about the file.</summary>
    Aux = 250,

    /// <summary>Keys of the database, and how many of them have an expiry.</summary>
    Resize = 251,

    /// <summary>When the next key expires, Unix milliseconds in 8 bytes.</summary>
    ExpireMs = 252,

    /// <summary>When the next key expires, Unix seconds in 4 bytes.</summary>
    ExpireSeconds = 253,

    /// <summary>Which database the keys that follow are in.</summary>
    SelectDatabase = 254,

    /// <summary>The end; 8 bytes of checksum follow.</summary>
    End = 255,
}
