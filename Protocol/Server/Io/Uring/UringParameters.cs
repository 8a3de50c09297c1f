using System.Runtime.InteropServices;

namespace DragonflyFlow.Protocol.Server.Io.Uring;

/// <summary>struct io_uring_params: what a ring is asked to be, and where in the shared memory its parts lie (offsets in bytes).</summary>
[StructLayout(LayoutKind.Explicit, Size = 120)]
internal struct UringParameters
{
    [FieldOffset(0)]
    public int SubmissionEntries;

    [FieldOffset(4)]
    public int CompletionEntries;

    [FieldOffset(8)]
    public UringSetupFlags Flags;

    [FieldOffset(20)]
    public UringFeatures Features;

    [FieldOffset(40)]
    public int SubmissionHead;

    [FieldOffset(44)]
    public int SubmissionTail;

    [FieldOffset(64)]
    public int SubmissionIndices;

    [FieldOffset(80)]
    public int CompletionHead;

    [FieldOffset(84)]
    public int CompletionTail;

    [FieldOffset(100)]
    public int Completions;
}
