using System.Runtime.CompilerServices;

namespace DragonflyFlow.Protocol.Wire;

/// <summary>Growing list of argument ranges of all commands of one batch, reused from batch to batch.</summary>
public sealed class ArgList
{
    private const int InitialItems = 64;
    private const int KeptItemsMax = 4096;

    /// <summary>A list with room for a few commands, or for so many ranges.</summary>
    public ArgList(int capacity = InitialItems) => Items = new ArgRange[capacity];

    /// <summary>The ranges.</summary>
    public ArgRange[] Items { get; private set; }

    /// <summary>Ranges in use.</summary>
    public int Count { get; set; }

    /// <summary>Adds one range.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(int offset, int length)
    {
        ArgRange[] items = Items;
        int count = Count;
        if ((uint)count >= (uint)items.Length)
            items = Grow();

        items[count].Offset = offset;
        items[count].Length = length;
        Count = count + 1;
    }

    /// <summary>Empties the list for the next batch; the array of an unusually large batch is dropped.</summary>
    public void Clear()
    {
        Count = 0;
        if (Items.Length > KeptItemsMax)
            Items = new ArgRange[InitialItems];
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ArgRange[] Grow()
    {
        ArgRange[] grown = new ArgRange[Math.Max(InitialItems, Items.Length * 2)];
        Items.CopyTo(grown, 0);
        return Items = grown;
    }
}
