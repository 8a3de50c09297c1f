using DragonflyFlow.Pipeline.Configuration;

namespace DragonflyFlow.Pipeline.Commands.Strings;

/// <summary>How long a string may become: proto-max-bulk-len, and never more than a record can hold.</summary>
internal static class StringLimit
{
    private const long RecordBytesMax = 1L << 30;

    /// <summary>Whether a string of <paramref name="offset"/> bytes may get <paramref name="bytes"/> more; if not, Redis's error is written.</summary>
    public static bool Allows(ref CommandCall call, long offset, int bytes)
    {
        if (offset <= Math.Min(call.Engine.Config.Get(StoreOptions.ProtoMaxBulkLength), RecordBytesMax) - bytes)
            return true;
        call.Reply.Error(Errors.StringTooLong);
        return false;
    }
}
