using System.Buffers.Binary;
using DragonflyFlow.Pipeline.Configuration;
using DragonflyFlow.Storage.Table;
using static DragonflyFlow.Pipeline.Commands.CommandFlags;

namespace DragonflyFlow.Pipeline.Commands.Generic;

/// <summary>OBJECT: how a value is kept.</summary>
internal static class ObjectCommands
{
    // Redis shares the objects of small integers, and says so by this number.
    private const long SharedReferences = int.MaxValue;
    private const long SharedIntegerMax = 9999;
    private const string Switching = "Please note that when switching between policies at runtime LRU and LFU data will take some time to adjust.";

    public static CommandDescriptor Container { get; } = new("object", None,
        new("encoding", 3, ReadOnly, KeySpec.Second, Encoding) { Summary = "Returns the internal encoding of a value.", Since = "2.2.3" },
        new("freq", 3, ReadOnly, KeySpec.Second, Frequency) { Summary = "Returns the logarithmic access frequency counter of a value, under an LFU policy; it is not tracked here and always 0.", Since = "4.0.0" },
        new("idletime", 3, ReadOnly, KeySpec.Second, IdleTime) { Summary = "Returns the time since the last access to a value; it is not tracked here and always 0.", Since = "2.2.3" },
        new("refcount", 3, ReadOnly, KeySpec.Second, RefCount) { Summary = "Returns the reference count of a value.", Since = "2.2.3" },
        new("help", 2, Loading | Stale, KeySpec.None, Help.ForContainer) { Summary = "Returns helpful text about the different subcommands.", Since = "6.2.0" });

    private static void Encoding(ref CommandCall call)
    {
        if (TryFind(ref call, out Slot slot))
            call.Reply.Bulk(TypeNames.EncodingOf(call.Database, slot));
    }

    private static void Frequency(ref CommandCall call)
    {
        if (!TryFind(ref call, out _))
            return;
        if (IsLfu(ref call))
            call.Reply.Integer(0);
        else
            call.Reply.Error("ERR An LFU maxmemory policy is not selected, access frequency not tracked. " + Switching);
    }

    private static void IdleTime(ref CommandCall call)
    {
        if (!TryFind(ref call, out _))
            return;
        if (IsLfu(ref call))
            call.Reply.Error("ERR An LFU maxmemory policy is selected, idle time not tracked. " + Switching);
        else
            call.Reply.Integer(0);
    }

    private static bool IsLfu(ref CommandCall call)
        => call.Engine.Config.Get(StoreOptions.MaxMemoryPolicy) is EvictionPolicy.AllKeysLfu or EvictionPolicy.VolatileLfu;

    private static void RefCount(ref CommandCall call)
    {
        if (!TryFind(ref call, out Slot slot))
            return;
        bool shared = call.Database.Table.Encoding(slot) == ValueEncoding.Integer
            && BinaryPrimitives.ReadInt64LittleEndian(call.Database.Table.Value(slot)) is >= 0 and <= SharedIntegerMax;
        call.Reply.Integer(shared ? SharedReferences : 1);
    }

    private static bool TryFind(ref CommandCall call, out Slot slot)
    {
        if (call.Database.Find(call.Args[2], call.Hash, out slot))
            return true;
        call.Reply.Null();
        return false;
    }
}
