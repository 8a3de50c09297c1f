namespace DragonflyFlow.Pipeline.Commands.Connection;

/// <summary>Names that clients give themselves: printable ASCII without spaces, so that CLIENT LIST stays one line a client.</summary>
internal static class ClientNames
{
    public static bool TryRead(ref CommandCall call, int index, out string? name)
    {
        name = null;
        if (!IsPrintable(call.Args[index]))
        {
            call.Reply.Error("ERR Client names cannot contain spaces, newlines or special characters.");
            return false;
        }

        name = Words.Text(call.Args[index]);
        return true;
    }

    public static bool IsPrintable(ReadOnlySpan<byte> text) => !text.ContainsAnyExceptInRange((byte)'!', (byte)'~');
}
