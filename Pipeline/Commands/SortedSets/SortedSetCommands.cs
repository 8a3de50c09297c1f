using DragonflyFlow.Pipeline.Commands.Waiting;
using DragonflyFlow.Pipeline.Journal;
using static DragonflyFlow.Pipeline.Commands.CommandFlags;

namespace DragonflyFlow.Pipeline.Commands.SortedSets;

/// <summary>Commands on sorted sets.</summary>
internal static class SortedSetCommands
{
    private const string Seek = "O(log(N)) where N is the number of members";
    private const string SeekEach = "O(M*log(N)) where M is the number of members given and N that of all";
    private const string SeekAndRead = "O(log(N)+M) where N is the number of members and M the number of those returned";
    private const string SeekAndChange = "O(M*log(N)) where N is the number of members and M the number of those affected";
    private const string CombineAll = "O(N*log(N)) where N is the number of members of all the sets";
    private const string CombineSmallest = "O(N*K) where N is the number of members of the smallest set and K the number of sets";

    public static CommandFamily Family { get; } = new("sorted-set", [.. Changes(), .. Reads(), .. Ranges(), .. Combinations()]);

    private static CommandDescriptor[] Changes() =>
    [
        new("bzmpop", -5, Write | Blocking, KeySpec.Counted(2), BlockingCommands.PopManyFromSortedSets)
        {
            Rewrite = PopEffects.Many,
            Summary = "Removes and returns members of the first of several sorted sets that has any, waiting if none has.", Since = "7.0.0",
            Complexity = "O(K) + O(M*log(N)) where K is the number of keys, N the number of members and M the number of members returned",
        },
        new("bzpopmax", -3, Write | NoScript | Fast | Blocking, new KeySpec(1, -2, 1), BlockingCommands.PopMax)
        {
            Rewrite = PopEffects.One,
            Summary = "Removes and returns the member with the highest score of the first of several sorted sets that has any, waiting if none has.",
            Since = "5.0.0", Complexity = "O(log(N)) where N is the number of members",
        },
        new("bzpopmin", -3, Write | NoScript | Fast | Blocking, new KeySpec(1, -2, 1), BlockingCommands.PopMin)
        {
            Rewrite = PopEffects.One,
            Summary = "Removes and returns the member with the lowest score of the first of several sorted sets that has any, waiting if none has.",
            Since = "5.0.0", Complexity = "O(log(N)) where N is the number of members",
        },
        new("zadd", -4, Write | DenyOom | Fast, KeySpec.One, SortedSetAdds.Add)
        {
            ElementAt = -1, Summary = "Adds members to a sorted set, or updates their scores. Creates the key if it doesn't exist.", Since = "1.2.0", Complexity = SeekEach,
        },
        new("zincrby", 4, Write | DenyOom | Fast, KeySpec.One, SortedSetAdds.Increment)
        {
            ElementAt = -1, Summary = "Increments the score of a member in a sorted set.", Since = "1.2.0", Complexity = Seek,
        },
        new("zrem", -3, Write | Fast, KeySpec.One, SortedSetRemovals.Remove)
        {
            ElementAt = 2, Summary = "Removes members from a sorted set. Deletes the sorted set if all members were removed.", Since = "1.2.0", Complexity = SeekEach,
        },
        new("zremrangebylex", 4, Write, KeySpec.One, SortedSetRemovals.RemoveByLex)
        {
            Summary = "Removes members in a lexicographical range from a sorted set.", Since = "2.8.9", Complexity = SeekAndChange,
        },
        new("zremrangebyrank", 4, Write, KeySpec.One, SortedSetRemovals.RemoveByRank)
        {
            Summary = "Removes members in a range of ranks from a sorted set.", Since = "2.0.0", Complexity = SeekAndChange,
        },
        new("zremrangebyscore", 4, Write, KeySpec.One, SortedSetRemovals.RemoveByScore)
        {
            Summary = "Removes members in a range of scores from a sorted set.", Since = "1.2.0", Complexity = SeekAndChange,
        },
        new("zpopmax", -2, Write | Fast, KeySpec.One, SortedSetPops.PopMax)
        {
            Summary = "Returns and removes the members with the highest scores of a sorted set.", Since = "5.0.0", Complexity = SeekAndChange,
        },
        new("zpopmin", -2, Write | Fast, KeySpec.One, SortedSetPops.PopMin)
        {
            Summary = "Returns and removes the members with the lowest scores of a sorted set.", Since = "5.0.0", Complexity = SeekAndChange,
        },
        new("zmpop", -4, Write, KeySpec.Counted(1), SortedSetPops.PopFromFirst)
        {
            Rewrite = PopEffects.Many,
            Summary = "Returns and removes members with the lowest or highest scores of the first of several sorted sets that has any.", Since = "7.0.0",
            Complexity = "O(K)+O(M*log(N)) where K is the number of keys, N the number of members and M the number of those returned",
        },
    ];

    private static CommandDescriptor[] Reads() =>
    [
        new("zcard", 2, ReadOnly | Fast, KeySpec.One, SortedSetReads.Count) { Summary = "Returns the number of members in a sorted set.", Since = "1.2.0" },
        new("zscore", 3, ReadOnly | Fast, KeySpec.One, SortedSetReads.Score) { ElementAt = 2, Summary = "Returns the score of a member in a sorted set.", Since = "1.2.0" },
        new("zmscore", -3, ReadOnly | Fast, KeySpec.One, SortedSetReads.Scores)
        {
            ElementAt = 2, Summary = "Returns the scores of members in a sorted set.", Since = "6.2.0", Complexity = "O(N) where N is the number of members given",
        },
        new("zrank", -3, ReadOnly | Fast, KeySpec.One, SortedSetReads.Rank)
        {
            ElementAt = 2, Summary = "Returns the rank of a member in a sorted set, lowest score first.", Since = "2.0.0", Complexity = Seek,
        },
        new("zrevrank", -3, ReadOnly | Fast, KeySpec.One, SortedSetReads.ReverseRank)
        {
            ElementAt = 2, Summary = "Returns the rank of a member in a sorted set, highest score first.", Since = "2.0.0", Complexity = Seek,
        },
        new("zcount", 4, ReadOnly | Fast, KeySpec.One, SortedSetReads.CountByScore)
        {
            Summary = "Returns the number of members in a range of scores of a sorted set.", Since = "2.0.0", Complexity = Seek,
        },
        new("zlexcount", 4, ReadOnly | Fast, KeySpec.One, SortedSetReads.CountByMember)
        {
            Summary = "Returns the number of members in a lexicographical range of a sorted set.", Since = "2.8.9", Complexity = Seek,
        },
        new("zrandmember", -2, ReadOnly, KeySpec.One, SortedSetRandom.RandomMember)
        {
            Summary = "Returns random members of a sorted set.", Since = "6.2.0", Complexity = "O(M*log(N)) where M is the number of members returned",
        },
        new("zscan", -3, ReadOnly, KeySpec.One, SortedSetScan.Scan)
        {
            Summary = "Iterates over members and scores of a sorted set.", Since = "2.8.0",
            Complexity = "O(1) for every call, O(N) for a whole iteration where N is the number of members",
        },
    ];

    private static CommandDescriptor[] Ranges() =>
    [
        new("zrange", -4, ReadOnly, KeySpec.One, SortedSetRanges.Range)
        {
            Summary = "Returns members in a range of ranks, scores or lexicographical order of a sorted set.", Since = "1.2.0", Complexity = SeekAndRead,
        },
        new("zrevrange", -4, ReadOnly, KeySpec.One, SortedSetRanges.ReverseRange)
        {
            Summary = "Returns members in a range of ranks of a sorted set, highest score first.", Since = "1.2.0", Complexity = SeekAndRead,
        },
        new("zrangebyscore", -4, ReadOnly, KeySpec.One, SortedSetRanges.RangeByScore)
        {
            Summary = "Returns members in a range of scores of a sorted set.", Since = "1.0.5", Complexity = SeekAndRead,
        },
        new("zrevrangebyscore", -4, ReadOnly, KeySpec.One, SortedSetRanges.ReverseRangeByScore)
        {
            Summary = "Returns members in a range of scores of a sorted set, highest score first.", Since = "2.2.0", Complexity = SeekAndRead,
        },
        new("zrangebylex", -4, ReadOnly, KeySpec.One, SortedSetRanges.RangeByLex)
        {
            Summary = "Returns members in a lexicographical range of a sorted set.", Since = "2.8.9", Complexity = SeekAndRead,
        },
        new("zrevrangebylex", -4, ReadOnly, KeySpec.One, SortedSetRanges.ReverseRangeByLex)
        {
            Summary = "Returns members in a lexicographical range of a sorted set, last first.", Since = "2.8.9", Complexity = SeekAndRead,
        },
        new("zrangestore", -5, Write | DenyOom, KeySpec.Two, SortedSetRanges.Store)
        {
            Summary = "Stores a range of members of a sorted set under another key.", Since = "6.2.0", Complexity = SeekAndChange,
        },
    ];

    private static CommandDescriptor[] Combinations() =>
    [
        new("zunion", -3, ReadOnly, KeySpec.Counted(1), SortedSetCombinations.Union)
        {
            Summary = "Returns the union of sorted sets.", Since = "6.2.0", Complexity = CombineAll,
        },
        new("zinter", -3, ReadOnly, KeySpec.Counted(1), SortedSetCombinations.Intersection)
        {
            Summary = "Returns the intersection of sorted sets.", Since = "6.2.0", Complexity = CombineSmallest,
        },
        new("zdiff", -3, ReadOnly, KeySpec.Counted(1), SortedSetCombinations.Difference)
        {
            Summary = "Returns the members of the first sorted set that the others don't have.", Since = "6.2.0", Complexity = CombineAll,
        },
        new("zintercard", -3, ReadOnly, KeySpec.Counted(1), SortedSetCombinations.IntersectionCount)
        {
            Summary = "Returns the number of members of the intersection of sorted sets.", Since = "7.0.0", Complexity = CombineSmallest,
        },
        new("zunionstore", -4, Write | DenyOom, KeySpec.Counted(2, destination: 1), SortedSetCombinations.UnionStore)
        {
            Summary = "Stores the union of sorted sets under a key.", Since = "2.0.0", Complexity = CombineAll,
        },
        new("zinterstore", -4, Write | DenyOom, KeySpec.Counted(2, destination: 1), SortedSetCombinations.IntersectionStore)
        {
            Summary = "Stores the intersection of sorted sets under a key.", Since = "2.0.0", Complexity = CombineSmallest,
        },
        new("zdiffstore", -4, Write | DenyOom, KeySpec.Counted(2, destination: 1), SortedSetCombinations.DifferenceStore)
        {
            Summary = "Stores the members of the first sorted set that the others don't have under a key.", Since = "6.2.0", Complexity = CombineAll,
        },
    ];
}
