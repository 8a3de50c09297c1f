using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Consistency;

/// <summary>One client of a history: its connection, its choices, and when what it asked began and ended. Used by one thread.</summary>
internal sealed class HistoryClient(InProcessClient connection, EventClock clock, int number, Random random)
{
    private int _made;

    internal int Number => number;

    internal Random Random => random;

    /// <summary>A number that no other client makes.</summary>
    internal int Unique() => (++_made * 100) + number;

    /// <summary>Asks as one read and returns the last reply, with the events before and after.</summary>
    internal RespValue Ask(out long invoked, out long completed, params string[][] commands)
    {
        invoked = clock.Next();
        string replies = connection.Pipeline(commands);
        completed = clock.Next();
        return Last(replies, commands.Length);
    }

    private static RespValue Last(string replies, int count)
    {
        ReadOnlySpan<byte> left = System.Text.Encoding.Latin1.GetBytes(replies);
        RespValue? value = null;
        for (int i = 0; i < count; i++)
        {
            Assert.IsTrue(RespValue.TryRead(left, out value, out int consumed), $"reply {i} of {replies}");
            left = left[consumed..];
        }

        return value!;
    }
}
