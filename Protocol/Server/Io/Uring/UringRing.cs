// Concurrency rule of this file: made and disposed of by any thread, used by the one that enables it. The kernel moves the submissions' head and the
// completions' tail, the thread the other two; each reads the other's with acquire and writes its own with release.

using System.ComponentModel;
using System.Runtime.InteropServices;
using DragonflyFlow.Storage.Memory;

namespace DragonflyFlow.Protocol.Server.Io.Uring;

/// <summary>
/// A ring of io_uring(7): operations are written into memory shared with the kernel, one system call hands over all that have gathered and waits for ends, and the
/// ends are read from that memory. What an operation points to belongs to the kernel until its end.
/// </summary>
internal sealed class UringRing : IDisposable
{
    private const int Entries = 512;
    private const int CompletionEntries = 8 * Entries;
    private const long RingsOffset = 0;
    private const long SubmissionsOffset = 0x10000000;
    private const int EnableRings = 12;
    private const int GetEvents = 1;
    private const int WithArgument = 8;
    private const UringSetupFlags Asked = UringSetupFlags.CompletionEntries | UringSetupFlags.Disabled | UringSetupFlags.SubmitAll
        | UringSetupFlags.SingleIssuer | UringSetupFlags.DeferTaskWork;
    private const UringFeatures Needed = UringFeatures.SingleMap | UringFeatures.NoDrop;

    private readonly int _descriptor;
    private readonly UringParameters _at;
    private readonly MappedRegion _rings;
    private readonly MappedRegion _submissions;
    private uint _prepared;
    private uint _submitted;
    private uint _taken;
    private int _endingAtOnce;

    /// <summary>Makes a ring.</summary>
    /// <exception cref="Win32Exception">The kernel has none of this kind, or does not give it to this process.</exception>
    public UringRing()
    {
        UringParameters parameters = new() { Flags = Asked, CompletionEntries = CompletionEntries };
        _descriptor = Libc.Checked(Libc.UringSetup(Entries, ref parameters), "io_uring_setup");
        _at = parameters;
        try
        {
            if ((_at.Features & Needed) != Needed)
                throw new Win32Exception($"io_uring_setup: the features {Needed} are needed");
            int indicesEnd = _at.SubmissionIndices + (_at.SubmissionEntries * sizeof(uint));
            _rings = new MappedRegion(_descriptor, RingsOffset, Math.Max(indicesEnd, _at.Completions + (_at.CompletionEntries * Completion.Bytes)));
            _submissions = new MappedRegion(_descriptor, SubmissionsOffset, _at.SubmissionEntries * Submission.Bytes);
        }
        catch
        {
            Dispose();
            throw;
        }

        // The kernel reads which entry comes next; here entries are used in turn.
        for (int i = 0; i < _at.SubmissionEntries; i++)
            _rings.At<int>(_at.SubmissionIndices + (i * sizeof(int))) = i;
    }

    /// <summary>Operations that have been written and not handed over.</summary>
    public int Prepared => (int)(_prepared - _submitted);

    /// <summary>Whether an end waits to be taken.</summary>
    public bool HasEnds => _taken != Volatile.Read(ref _rings.At<uint>(_at.CompletionTail));

    /// <summary>From here on the ring belongs to the calling thread.</summary>
    public void Enable() => Libc.Checked(Libc.UringRegister(_descriptor, EnableRings), "io_uring_register");

    /// <summary>Writes an operation, to be handed over with the next call.</summary>
    public void Prepare(in Submission operation)
    {
        if (Prepared == _at.SubmissionEntries)
            Submit();
        _submissions.At<Submission>((int)(_prepared & (uint)(_at.SubmissionEntries - 1)) * Submission.Bytes) = operation;
        _prepared++;
        if (operation.EndsAtOnce)
            _endingAtOnce++;
    }

    /// <summary>Hands over what is prepared, all of it. Operations that can end at once, as sends do, have ended then.</summary>
    public void Submit()
    {
        while (Prepared > 0)
            Enter(0, 0);
    }

    /// <summary>Hands over what is prepared and takes in what has happened; with <paramref name="forOne"/> waits until something has.</summary>
    public void Wait(bool forOne) => Enter(forOne ? 1 : 0, GetEvents);

    /// <summary>Whether there is <see cref="WaitFor"/>.</summary>
    public bool CanWaitForSeveral => (_at.Features & UringFeatures.MinimalWait) != 0;

    /// <summary>
    /// Hands over what is prepared and waits until so many others have ended beside what ends at once; after <paramref name="microseconds"/>, if it is longer, with what has ended by
    /// then, which can be nothing. Whoever sends a request is not stopped to wake this thread until the last of them.
    /// </summary>
    public void WaitFor(int others, uint microseconds)
    {
        UringWait wait = new() { Microseconds = microseconds };
        PublishPrepared();
        CheckEntered(Libc.UringEnter(_descriptor, _prepared - _submitted, others + _endingAtOnce, GetEvents | WithArgument, ref wait));
    }

    /// <summary>Takes the next end, if there is one.</summary>
    public bool TryTake(out Completion completion)
    {
        if (!HasEnds)
        {
            completion = default;
            return false;
        }

        completion = _rings.At<Completion>(_at.Completions + ((int)(_taken & (uint)(_at.CompletionEntries - 1)) * Completion.Bytes));
        Volatile.Write(ref _rings.At<uint>(_at.CompletionHead), ++_taken);
        return true;
    }

    /// <summary>Ends all operations. None may point to memory that is still in use.</summary>
    public void Dispose()
    {
        _rings?.Dispose();
        _submissions?.Dispose();
        _ = Libc.Close(_descriptor);
    }

    // A signal ends a wait, and without memory the kernel takes fewer operations or none: whoever needs all of them handed over asks again.
    private void Enter(int completionsMin, int flags)
    {
        PublishPrepared();
        CheckEntered(Libc.UringEnter(_descriptor, _prepared - _submitted, completionsMin, flags));
    }

    private void PublishPrepared() => Volatile.Write(ref _rings.At<uint>(_at.SubmissionTail), _prepared);

    private void CheckEntered(int submitted)
    {
        _endingAtOnce = 0;
        if (submitted >= 0)
            _submitted += (uint)submitted;
        else if (Marshal.GetLastPInvokeError() is not (Libc.Interrupted or Libc.TryAgain or Libc.Busy or Libc.TimedOut))
            Libc.Checked(submitted, "io_uring_enter");
    }
}
