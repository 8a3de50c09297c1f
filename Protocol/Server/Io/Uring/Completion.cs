using System.Runtime.InteropServices;

namespace DragonflyFlow.Protocol.Server.Io.Uring;

/// <summary>struct io_uring_cqe: the end of an operation.</summary>
/// <param name="Id">What the operation was submitted with.</param>
/// <param name="Result">As the system call's, or an error as a negative number.</param>
/// <param name="Flags">Whether more completions of the same operation come.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct Completion(ulong Id, int Result, uint Flags)
{
    public const int Bytes = 16;

    private const uint MoreFlag = 2;

    /// <summary>Whether the operation goes on.</summary>
    public bool HasMore => (Flags & MoreFlag) != 0;
}
