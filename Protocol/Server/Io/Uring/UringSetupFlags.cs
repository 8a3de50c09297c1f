namespace DragonflyFlow.Protocol.Server.Io.Uring;

/// <summary>Flags of io_uring_setup(2).</summary>
[Flags]
internal enum UringSetupFlags : uint
{
    None = 0,

    /// <summary>The number of completions is given.</summary>
    CompletionEntries = 1 << 3,

    /// <summary>The ring begins when its thread enables it.</summary>
    Disabled = 1 << 6,

    /// <summary>A refused entry does not end a submission.</summary>
    SubmitAll = 1 << 7,

    /// <summary>One thread alone submits. Since Linux 6.0.</summary>
    SingleIssuer = 1 << 12,

    /// <summary>Work that events leave is done when the thread waits, not when it runs. Since Linux 6.1.</summary>
    DeferTaskWork = 1 << 13,
}
