using DragonflyFlow.Pipeline.Commands.SortedSets;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.Geo;

/// <summary>GEOSEARCH, GEOSEARCHSTORE and the older GEORADIUS, GEORADIUSBYMEMBER.</summary>
internal static class GeoSearches
{
    public static void Search(ref CommandCall call) => Run(ref call, GeoSearchForm.Search, sourceAt: 1);

    public static void SearchStore(ref CommandCall call) => Run(ref call, GeoSearchForm.SearchStore, sourceAt: 2);

    public static void Radius(ref CommandCall call) => Run(ref call, GeoSearchForm.Radius, sourceAt: 1, mayStore: true);

    public static void RadiusReadOnly(ref CommandCall call) => Run(ref call, GeoSearchForm.Radius, sourceAt: 1);

    public static void RadiusByMember(ref CommandCall call) => Run(ref call, GeoSearchForm.RadiusByMember, sourceAt: 1, mayStore: true);

    public static void RadiusByMemberReadOnly(ref CommandCall call) => Run(ref call, GeoSearchForm.RadiusByMember, sourceAt: 1);

    /// <summary>The key that is searched and the last one of STORE and STOREDIST.</summary>
    public static void FindKeys(ArgView args, List<int> into)
    {
        into.Add(1);
        int store = 0;
        for (int i = 5; i < args.Count - 1; i++)
        {
            if (args.Is(i, "STORE") || args.Is(i, "STOREDIST"))
                store = ++i;
        }

        if (store != 0)
            into.Add(store);
    }

    private static void Run(ref CommandCall call, GeoSearchForm form, int sourceAt, bool mayStore = false)
    {
        Database source = call.Locate(call.Args[sourceAt], out ulong hash);
        bool exists = source.FindForRead(call.Args[sourceAt], hash, out Slot slot);
        if (exists && source.Table.Kind(slot) != ValueKind.SortedSet)
        {
            call.Reply.Error(Errors.WrongType);
            return;
        }

        RecordSortedSet set = exists ? new RecordSortedSet(source, slot) : default;
        GeoSearchOptions options = new(form, mayStore);
        if (!options.TryRead(ref call, set, exists))
            return;
        List<GeoMatch> found = exists ? Ordered(GeoSearch.Find(set, options.Shape, options.SearchLimit), options.Order) : [];
        int count = options.Count == 0 ? found.Count : (int)Math.Min(options.Count, found.Count);
        if (options.StoreKey == 0)
            Answer(ref call, found, count, options);
        else
            Store(ref call, found, count, options, form == GeoSearchForm.SearchStore ? "geosearchstore" : "georadiusstore");
    }

    // Those that are equally far away stay as they were found.
    private static List<GeoMatch> Ordered(List<GeoMatch> found, int order) => order switch
    {
        > 0 => [.. found.OrderBy(match => match.Distance)],
        < 0 => [.. found.OrderByDescending(match => match.Distance)],
        _ => found,
    };

    private static void Answer(ref CommandCall call, List<GeoMatch> found, int count, in GeoSearchOptions options)
    {
        int extras = (options.WithDistance ? 1 : 0) + (options.WithHash ? 1 : 0) + (options.WithPoint ? 1 : 0);
        call.Reply.Array(count);
        foreach (GeoMatch match in found[..count])
        {
            if (extras > 0)
                call.Reply.Array(1 + extras);
            call.Reply.Bulk(match.Member);
            if (options.WithDistance)
                GeoText.Distance(call.Reply, match.Distance / options.Unit);
            if (options.WithHash)
                call.Reply.Integer((long)match.Score);
            if (options.WithPoint)
                GeoText.Point(call.Reply, match.Point);
        }
    }

    private static void Store(ref CommandCall call, List<GeoMatch> found, int count, in GeoSearchOptions options, string eventName)
    {
        ReadOnlySpan<byte> key = call.Args[options.StoreKey];
        Database target = call.Locate(key, out ulong hash);
        SortedSetValue result = new(target.Keyspace);
        foreach (GeoMatch match in found[..count])
            result.Set(match.Member, options.StoresDistance ? match.Distance / options.Unit : match.Score);
        SortedSetWords.StoreResult(ref call, target, key, hash, result, eventName);
    }
}
