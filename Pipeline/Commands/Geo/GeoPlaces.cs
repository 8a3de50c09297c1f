using System.Buffers;
using DragonflyFlow.Pipeline.Commands.SortedSets;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.Geo;

/// <summary>GEOADD, GEOPOS, GEOHASH, GEODIST: members of a sorted set whose scores are cells of the map.</summary>
internal static class GeoPlaces
{
    private const int ArgumentsPerPlace = 3;

    public static void Add(ref CommandCall call)
    {
        SortedSetAdds.Option options = SortedSetAdds.Option.None;
        int first = 2;
        for (; first < call.Count; first++)
        {
            SortedSetAdds.Option option = OptionOf(ref call, first);
            if (option == SortedSetAdds.Option.None)
                break;
            options |= option;
        }

        const SortedSetAdds.Option Both = SortedSetAdds.Option.IfAbsent | SortedSetAdds.Option.IfPresent;
        int places = (call.Count - first) / ArgumentsPerPlace;
        if (places == 0 || (call.Count - first) % ArgumentsPerPlace != 0 || (options & Both) == Both)
        {
            call.Reply.Error(Errors.Syntax);
            return;
        }

        // All places are read before the first change.
        double[] scores = ArrayPool<double>.Shared.Rent(places);
        if (TryScores(ref call, first, scores.AsSpan(0, places)))
            SortedSetAdds.AddMembers(ref call, options, first + 2, ArgumentsPerPlace, scores.AsSpan(0, places));
        ArrayPool<double>.Shared.Return(scores);
    }

    public static void Positions(ref CommandCall call)
    {
        if (!call.FindForRead(ValueKind.SortedSet, out Slot slot, out bool exists))
            return;
        call.Reply.Array(call.Count - 2);
        for (int i = 2; i < call.Count; i++)
        {
            if (TryPlace(ref call, slot, exists, i, out GeoPoint point))
                GeoText.Point(call.Reply, point);
            else
                call.Reply.NullArray();
        }
    }

    public static void Hashes(ref CommandCall call)
    {
        if (!call.FindForRead(ValueKind.SortedSet, out Slot slot, out bool exists))
            return;
        call.Reply.Array(call.Count - 2);
        for (int i = 2; i < call.Count; i++)
        {
            if (TryPlace(ref call, slot, exists, i, out GeoPoint point))
                call.Reply.Bulk(GeoCell.TextOf(point));
            else
                call.Reply.Null();
        }
    }

    public static void Distance(ref CommandCall call)
    {
        double unit = 1;
        if (call.Count > 5)
        {
            call.Reply.Error(Errors.Syntax);
            return;
        }

        if ((call.Count == 5 && !GeoArguments.TryUnit(ref call, 4, out unit)) || !call.FindForRead(ValueKind.SortedSet, out Slot slot, out bool exists))
            return;
        if (TryPlace(ref call, slot, exists, 2, out GeoPoint from) && TryPlace(ref call, slot, exists, 3, out GeoPoint to))
            GeoText.Distance(call.Reply, from.DistanceTo(to) / unit);
        else
            call.Reply.Null();
    }

    private static SortedSetAdds.Option OptionOf(ref CommandCall call, int index)
        => call.Args.Is(index, "NX") ? SortedSetAdds.Option.IfAbsent
            : call.Args.Is(index, "XX") ? SortedSetAdds.Option.IfPresent
            : call.Args.Is(index, "CH") ? SortedSetAdds.Option.CountChanged
            : SortedSetAdds.Option.None;

    private static bool TryScores(ref CommandCall call, int first, scoped Span<double> scores)
    {
        for (int i = 0; i < scores.Length; i++)
        {
            if (!GeoArguments.TryPoint(ref call, first + (i * ArgumentsPerPlace), out GeoPoint point))
                return false;
            scores[i] = GeoCell.Of(point).Bits;
        }

        return true;
    }

    private static bool TryPlace(ref CommandCall call, Slot slot, bool exists, int index, out GeoPoint point)
    {
        SortedSetPlace place = exists ? new RecordSortedSet(call.Database, slot).Find(call.Args[index]) : default;
        point = place.Exists ? GeoCell.OfScore(place.Score).Bounds().Middle : default;
        return place.Exists;
    }
}
