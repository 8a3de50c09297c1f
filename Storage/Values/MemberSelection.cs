using DragonflyFlow.Storage.Keyspace;

namespace DragonflyFlow.Storage.Values;

/// <summary>
/// Chooses a number of members, each set of that many as likely as any other, in one pass over all of them (Knuth, The Art of Computer Programming, vol. 2,
/// 3.4.2, Algorithm S). Ask once for each member.
/// </summary>
public struct MemberSelection(long chosen, long members)
{
    private long _chosenLeft = chosen;
    private long _membersLeft = members;

    /// <summary>Whether all that shall be chosen are.</summary>
    public readonly bool IsDone => _chosenLeft == 0;

    /// <summary>Whether the next member is chosen.</summary>
    public bool Next(KeyspaceRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        if (random.Below(_membersLeft--) >= _chosenLeft)
            return false;
        _chosenLeft--;
        return true;
    }
}
