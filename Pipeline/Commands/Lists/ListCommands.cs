using DragonflyFlow.Pipeline.Commands.Waiting;
using DragonflyFlow.Pipeline.Journal;
using static DragonflyFlow.Pipeline.Commands.CommandFlags;

namespace DragonflyFlow.Pipeline.Commands.Lists;

/// <summary>Commands on lists.</summary>
internal static class ListCommands
{
    public static CommandFamily Family { get; } = new("list",
    [
        new("blmove", 6, Write | DenyOom | NoScript | Blocking, KeySpec.Two, BlockingCommands.Move)
        {
            Rewrite = PopEffects.Move,
            Summary = "Moves an element from one end of a list to an end of another, waiting for one if there is none.", Since = "6.2.0",
        },
        new("blmpop", -5, Write | Blocking, KeySpec.Counted(2), BlockingCommands.PopManyFromLists)
        {
            Rewrite = PopEffects.Many,
            Summary = "Removes and returns elements of the first of several lists that has any, waiting if none has.",
            Since = "7.0.0", Complexity = "O(N+M) where N is the number of keys and M the number of elements returned",
        },
        new("blpop", -3, Write | NoScript | Blocking, new KeySpec(1, -2, 1), BlockingCommands.PopLeft)
        {
            Rewrite = PopEffects.One,
            Summary = "Removes and returns the first element of the first of several lists that has any, waiting if none has.", Since = "2.0.0",
            Complexity = "O(N) where N is the number of keys",
        },
        new("brpop", -3, Write | NoScript | Blocking, new KeySpec(1, -2, 1), BlockingCommands.PopRight)
        {
            Rewrite = PopEffects.One,
            Summary = "Removes and returns the last element of the first of several lists that has any, waiting if none has.", Since = "2.0.0",
            Complexity = "O(N) where N is the number of keys",
        },
        new("brpoplpush", 4, Write | DenyOom | NoScript | Blocking, KeySpec.Two, BlockingCommands.RightToLeft)
        {
            Rewrite = PopEffects.Move,
            Summary = "Moves the last element of a list to the beginning of another, waiting for one if there is none.", Since = "2.2.0",
        },
        new("lindex", 3, ReadOnly, KeySpec.One, ListReads.Index)
        {
            Summary = "Returns an element from a list by its index.",
            Complexity = "O(N) where N is the number of blocks of up to 8 KB between the element and the nearer end",
        },
        new("linsert", 5, Write | DenyOom, KeySpec.One, ListEdits.Insert)
        {
            Summary = "Inserts an element before or after another element in a list.", Since = "2.2.0",
            Complexity = "O(N) where N is the number of elements up to the pivot",
        },
        new("llen", 2, ReadOnly | Fast, KeySpec.One, ListReads.Length) { Summary = "Returns the length of a list." },
        new("lmove", 5, Write | DenyOom | Light, KeySpec.Two, ListMoves.Move)
        {
            Rewrite = PopEffects.Move,
            Summary = "Moves an element from one end of a list to an end of another. Deletes the list if the last element was moved.", Since = "6.2.0",
        },
        new("lmpop", -4, Write, KeySpec.Counted(1), ListPops.PopFromFirst)
        {
            Rewrite = PopEffects.Many,
            Summary = "Removes and returns elements of the first of several lists that has any. Deletes the list if the last element was popped.",
            Since = "7.0.0", Complexity = "O(N+M) where N is the number of keys and M the number of elements returned",
        },
        new("lpop", -2, Write | Fast, KeySpec.One, ListPops.PopLeft)
        {
            Summary = "Removes and returns the first elements of a list. Deletes the list if the last element was popped.",
            Complexity = "O(N) where N is the number of elements returned",
        },
        new("lpos", -3, ReadOnly, KeySpec.One, ListPositions.Find)
        {
            Summary = "Returns the indexes of matching elements in a list.", Since = "6.0.6",
            Complexity = "O(N) where N is the number of elements compared",
        },
        new("lpush", -3, Write | DenyOom | Fast, KeySpec.One, ListPushes.PushLeft)
        {
            Summary = "Prepends one or more elements to a list. Creates the key if it doesn't exist.",
            Complexity = "O(N) where N is the number of elements given",
        },
        new("lpushx", -3, Write | DenyOom | Fast, KeySpec.One, ListPushes.PushLeftIfExists)
        {
            Summary = "Prepends one or more elements to a list only when the list exists.", Since = "2.2.0",
            Complexity = "O(N) where N is the number of elements given",
        },
        new("lrange", 4, ReadOnly, KeySpec.One, ListReads.Range)
        {
            Summary = "Returns a range of elements from a list.",
            Complexity = "O(S+N) where S is the number of blocks up to the first element and N the number of elements returned",
        },
        new("lrem", 4, Write, KeySpec.One, ListEdits.Remove)
        {
            Summary = "Removes elements from a list. Deletes the list if the last element was removed.",
            Complexity = "O(N) where N is the length of the list",
        },
        new("lset", 4, Write | DenyOom, KeySpec.One, ListEdits.Set)
        {
            Summary = "Sets the value of an element in a list by its index.",
            Complexity = "O(N) where N is the number of blocks of up to 8 KB between the element and the nearer end",
        },
        new("ltrim", 4, Write, KeySpec.One, ListEdits.Trim)
        {
            Summary = "Removes elements from both ends of a list. Deletes the list if all elements were trimmed.",
            Complexity = "O(N) where N is the number of elements removed",
        },
        new("rpop", -2, Write | Fast, KeySpec.One, ListPops.PopRight)
        {
            Summary = "Returns and removes the last elements of a list. Deletes the list if the last element was popped.",
            Complexity = "O(N) where N is the number of elements returned",
        },
        new("rpoplpush", 3, Write | DenyOom | Light, KeySpec.Two, ListMoves.RightToLeft)
        {
            Rewrite = PopEffects.Move,
            Summary = "Moves the last element of a list to the beginning of another. Deletes the list if the last element was moved.", Since = "1.2.0",
        },
        new("rpush", -3, Write | DenyOom | Fast, KeySpec.One, ListPushes.PushRight)
        {
            Summary = "Appends one or more elements to a list. Creates the key if it doesn't exist.",
            Complexity = "O(N) where N is the number of elements given",
        },
        new("rpushx", -3, Write | DenyOom | Fast, KeySpec.One, ListPushes.PushRightIfExists)
        {
            Summary = "Appends one or more elements to a list only when the list exists.", Since = "2.2.0",
            Complexity = "O(N) where N is the number of elements given",
        },
    ]);
}
