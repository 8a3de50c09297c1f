using DragonflyFlow.Pipeline.Journal;
using static DragonflyFlow.Pipeline.Commands.CommandFlags;

namespace DragonflyFlow.Pipeline.Commands.Sets;

/// <summary>Commands on sets.</summary>
internal static class SetCommands
{
    private const string PerMember = "O(N) where N is the number of members given";
    private const string PerAll = "O(N) where N is the number of members of all sets";
    private const string PerSmallest = "O(N*M) where N is the number of members of the smallest set and M the number of sets";

    public static CommandFamily Family { get; } = new("set",
    [
        new("sadd", -3, Write | DenyOom | Fast, KeySpec.One, SetWrites.Add)
        {
            ElementAt = 2, Summary = "Adds one or more members to a set. Creates the key if it doesn't exist.", Complexity = PerMember,
        },
        new("scard", 2, ReadOnly | Fast, KeySpec.One, SetReads.Count) { Summary = "Returns the number of members in a set." },
        new("sdiff", -2, ReadOnly, KeySpec.All, SetAlgebraCommands.Subtract)
        {
            Summary = "Returns the difference of several sets.", Complexity = PerAll,
        },
        new("sdiffstore", -3, Write | DenyOom, KeySpec.All, SetAlgebraCommands.SubtractStore)
        {
            Summary = "Stores the difference of several sets in a key.", Complexity = PerAll,
        },
        new("sinter", -2, ReadOnly, KeySpec.All, SetAlgebraCommands.Intersect)
        {
            Summary = "Returns the intersection of several sets.", Complexity = PerSmallest,
        },
        new("sintercard", -3, ReadOnly, KeySpec.Counted(1), SetAlgebraCommands.IntersectCount)
        {
            Summary = "Returns the number of members of the intersection of several sets.", Since = "7.0.0", Complexity = PerSmallest,
        },
        new("sinterstore", -3, Write | DenyOom, KeySpec.All, SetAlgebraCommands.IntersectStore)
        {
            Summary = "Stores the intersection of several sets in a key.", Complexity = PerSmallest,
        },
        new("sismember", 3, ReadOnly | Fast, KeySpec.One, SetReads.IsMember) { ElementAt = 2, Summary = "Determines whether a member belongs to a set." },
        new("smembers", 2, ReadOnly, KeySpec.One, SetReads.Members)
        {
            Summary = "Returns all members of a set.", Complexity = "O(N) where N is the number of members",
        },
        new("smismember", -3, ReadOnly | Fast, KeySpec.One, SetReads.AreMembers)
        {
            ElementAt = 2, Summary = "Determines whether several members belong to a set.", Since = "6.2.0", Complexity = PerMember,
        },
        new("smove", 4, Write | Fast, KeySpec.Two, SetWrites.Move) { Rewrite = SetEffects.Move, Summary = "Moves a member from one set to another." },
        new("spop", -2, Write | Fast, KeySpec.One, SetRandom.Pop)
        {
            Rewrite = SetEffects.Pop,
            Summary = "Returns one or more random members of a set after removing them. Deletes the set if the last member was popped.",
            Complexity = "O(N) where N is the number of members popped",
        },
        new("srandmember", -2, ReadOnly, KeySpec.One, SetRandom.Look)
        {
            Summary = "Returns one or more random members of a set.", Complexity = "O(N) where N is the number of members returned",
        },
        new("srem", -3, Write | Fast, KeySpec.One, SetWrites.Remove)
        {
            ElementAt = 2, Summary = "Removes one or more members from a set. Deletes the set if the last member was removed.", Complexity = PerMember,
        },
        new("sscan", -3, ReadOnly, KeySpec.One, SetScan.Scan)
        {
            Summary = "Iterates over members of a set.", Since = "2.8.0", Complexity = "O(1) a call, O(N) for a whole iteration",
        },
        new("sunion", -2, ReadOnly, KeySpec.All, SetAlgebraCommands.Unite)
        {
            Summary = "Returns the union of several sets.", Complexity = PerAll,
        },
        new("sunionstore", -3, Write | DenyOom, KeySpec.All, SetAlgebraCommands.UniteStore)
        {
            Summary = "Stores the union of several sets in a key.", Complexity = PerAll,
        },
    ]);
}
