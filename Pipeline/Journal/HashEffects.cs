using DragonflyFlow.Pipeline.Commands;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Journal;

/// <summary>Commands on hashes are replayed as what they have made of the fields that they name: set, gone, expiring at a moment. Due fields do not matter then.</summary>
internal static class HashEffects
{
    /// <summary>HSET, HMSET: pairs from the second argument on.</summary>
    public static bool Pairs(ref CommandCall call, int replyStart, EffectWriter effects) => Write(ref call, effects, new FieldPlaces(2, call.Count, 2));

    /// <summary>HSETNX, HINCRBY, HINCRBYFLOAT: one field.</summary>
    public static bool One(ref CommandCall call, int replyStart, EffectWriter effects) => Write(ref call, effects, new FieldPlaces(2, 3, 1));

    /// <summary>HDEL: all arguments.</summary>
    public static bool All(ref CommandCall call, int replyStart, EffectWriter effects) => Write(ref call, effects, new FieldPlaces(2, call.Count, 1));

    /// <summary>HEXPIRE and its kin, HPERSIST, HGETEX, HGETDEL: behind FIELDS and their number.</summary>
    public static bool Listed(ref CommandCall call, int replyStart, EffectWriter effects)
        => Write(ref call, effects, new FieldPlaces(FirstListed(call.Args), call.Count, 1), withValues: false);

    /// <summary>HSETEX: pairs behind FIELDS and their number.</summary>
    public static bool ListedPairs(ref CommandCall call, int replyStart, EffectWriter effects)
        => Write(ref call, effects, new FieldPlaces(FirstListed(call.Args), call.Count, 2));

    private static bool Write(ref CommandCall call, EffectWriter effects, FieldPlaces places, bool withValues = true)
    {
        Database database = call.Database;
        if (!database.Table.TryFind(call.Key, call.Hash, out Slot slot))
        {
            effects.Begin("DEL"u8, call.Key);
            return true;
        }

        if (database.Table.Kind(slot) != ValueKind.Hash)
            return false;
        WriteGone(ref call, effects, database, slot, places);
        if (withValues)
            WriteValues(ref call, effects, database, slot, places);
        WriteExpiries(ref call, effects, database, slot, places, withValues);
        return true;
    }

    private static void WriteGone(ref CommandCall call, EffectWriter effects, Database database, Slot slot, FieldPlaces places)
    {
        JournalDraft? gone = null;
        for (int i = places.First; i < places.End; i += places.Step)
        {
            if (!HashValue.TryGet(database, slot, call.Args[i], out _))
                gone = (gone ?? effects.Begin("HDEL"u8, call.Key))?.Word(call.Args[i]);
        }
    }

    private static void WriteValues(ref CommandCall call, EffectWriter effects, Database database, Slot slot, FieldPlaces places)
    {
        JournalDraft? set = null;
        for (int i = places.First; i < places.End; i += places.Step)
        {
            if (HashValue.TryGet(database, slot, call.Args[i], out ReadOnlySpan<byte> value))
                set = (set ?? effects.Begin("HSET"u8, call.Key))?.Word(call.Args[i]).Word(value);
        }
    }

    // HSET takes a field's expiry off: what has one is given it again.
    private static void WriteExpiries(ref CommandCall call, EffectWriter effects, Database database, Slot slot, FieldPlaces places, bool areSet)
    {
        int end;
        for (int i = places.First; i < places.End; i = end)
        {
            end = i + places.Step;
            if (!HashExpiry.TryGet(database, slot, call.Args[i], out long atMs) || (areSet && atMs == 0))
                continue;
            while (end < places.End && HashExpiry.TryGet(database, slot, call.Args[end], out long next) && next == atMs)
                end += places.Step;
            JournalDraft? effect = atMs == 0 ? effects.Begin("HPERSIST"u8, call.Key) : effects.Begin("HPEXPIREAT"u8, call.Key)?.Number(atMs);
            effect?.Word("FIELDS"u8).Number((end - i) / places.Step);
            for (int field = i; field < end; field += places.Step)
                effect?.Word(call.Args[field]);
        }
    }

    private static int FirstListed(ArgView args)
    {
        for (int i = 2; i < args.Count; i++)
        {
            if (args.Is(i, "FIELDS"))
                return i + 2;
        }

        throw new InvalidOperationException("A command that lists fields has run without the word FIELDS.");
    }

    private readonly record struct FieldPlaces(int First, int End, int Step);
}
