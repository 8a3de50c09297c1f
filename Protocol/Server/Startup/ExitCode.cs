namespace DragonflyFlow.Protocol.Server.Startup;

/// <summary>What the process answers to whoever started it. A second signal ends it with 128 + the signal's number instead (130, 143).</summary>
internal static class ExitCode
{
    /// <summary>Stopped in order.</summary>
    public const int Ok = 0;

    /// <summary>Could not start, or could not stop in order.</summary>
    public const int Failed = 1;

    /// <summary>An option is unknown or has a bad value.</summary>
    public const int WrongOption = 2;

    /// <summary>Added to a signal's number.</summary>
    public const int SignalBase = 128;
}
