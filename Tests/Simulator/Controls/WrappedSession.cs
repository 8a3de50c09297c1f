using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Tests.Simulator.Controls;

/// <summary>A session between whose connection and whose store something goes wrong.</summary>
internal class WrappedSession(ISession inner) : ISession
{
    /// <inheritdoc />
    public virtual ReadOnlyMemory<byte> Output => inner.Output;

    /// <inheritdoc />
    public bool IsBlocked => inner.IsBlocked;

    /// <inheritdoc />
    public SessionProgress Advance(InputBuffer input) => inner.Advance(input);

    /// <inheritdoc />
    public virtual void OutputSent() => inner.OutputSent();

    /// <inheritdoc />
    public virtual void Release() => inner.Release();

    /// <inheritdoc />
    public void Closed() => inner.Closed();
}

/// <summary>Does not release what waits at a stop: blocked commands, or commands parked by a pause.</summary>
internal sealed class UnreleasedSession(ISession inner, bool blocked) : WrappedSession(inner)
{
    public override void Release()
    {
        if (IsBlocked != blocked)
            base.Release();
    }
}

/// <summary>Loses every so many-th batch of replies.</summary>
internal sealed class ForgetfulSession(ISession inner) : WrappedSession(inner)
{
    private const int Every = 5;

    private int _sent;

    public override ReadOnlyMemory<byte> Output => _sent % Every == Every - 1 ? ReadOnlyMemory<byte>.Empty : base.Output;

    public override void OutputSent()
    {
        _sent++;
        base.OutputSent();
    }
}
