namespace DragonflyFlow.Pipeline.Flow;

/// <summary>
/// Wraps a handler so that nothing it throws vanishes: every message is counted as done or failed, and an exception, cancellation included, either goes to
/// the error handler or faults the block by its name (TPL drops the message of an OperationCanceledException without a word, dotnet/corefx#37830).
/// </summary>
internal sealed class GuardedHandler(string block, Ledger ledger)
{
    public Action<T> Act<T>(Action<T> handler, Action<T, Exception>? onError) => message =>
    {
        try
        {
            handler(message);
            ledger.Done();
        }
        catch (Exception thrown)
        {
            Answer(message, thrown, onError);
        }
    };

    public Func<T, Task> Act<T>(Func<T, Task> handler, Action<T, Exception>? onError) => async message =>
    {
        try
        {
            await handler(message);
            ledger.Done();
        }
        catch (Exception thrown)
        {
            Answer(message, thrown, onError);
        }
    };

    public Func<TIn, TOut> Map<TIn, TOut>(Func<TIn, TOut> handler, Func<TIn, Exception, TOut>? onError) => message =>
    {
        try
        {
            return handler(message);
        }
        catch (Exception thrown)
        {
            return Turn(message, thrown, onError);
        }
    };

    public Func<TIn, Task<TOut>> Map<TIn, TOut>(Func<TIn, Task<TOut>> handler, Func<TIn, Exception, TOut>? onError) => async message =>
    {
        try
        {
            return await handler(message);
        }
        catch (Exception thrown)
        {
            return Turn(message, thrown, onError);
        }
    };

    private void Answer<T>(T message, Exception thrown, Action<T, Exception>? onError)
    {
        ledger.Fail();
        if (onError is null)
            throw FlowFaultException.Of(block, thrown);
        try
        {
            onError(message, thrown);
        }
        catch (Exception second)
        {
            throw FlowFaultException.Of(block, second);
        }
    }

    private TOut Turn<TIn, TOut>(TIn message, Exception thrown, Func<TIn, Exception, TOut>? onError)
    {
        Exception cause = thrown;
        if (onError is not null)
        {
            try
            {
                return onError(message, thrown);
            }
            catch (Exception second)
            {
                cause = second;
            }
        }

        ledger.Fail();
        throw FlowFaultException.Of(block, cause);
    }
}
