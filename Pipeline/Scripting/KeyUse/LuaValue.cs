namespace DragonflyFlow.Pipeline.Scripting.KeyUse;

/// <summary>What is known of the value of an expression before the script runs.</summary>
internal enum LuaValue : byte
{
    /// <summary>Nothing that matters.</summary>
    Other,

    /// <summary>Any number of values of which nothing is known: a call, "...".</summary>
    Several,

    /// <summary>A text or whole number as it is written.</summary>
    Literal,

    /// <summary>A key that the script is called with, or nil.</summary>
    Key,

    /// <summary>All keys that it is called with: unpack(KEYS).</summary>
    AllKeys,

    /// <summary>The table KEYS.</summary>
    KeyTable,

    /// <summary>What ipairs(KEYS) gives to a loop.</summary>
    KeyPairs,

    /// <summary>The table redis.</summary>
    Redis,

    /// <summary>redis.call or redis.pcall.</summary>
    Call,

    /// <summary>The table table.</summary>
    TableLibrary,

    /// <summary>unpack.</summary>
    Unpack,

    /// <summary>ipairs or pairs.</summary>
    Pairs,
}
