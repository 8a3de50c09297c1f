using System.Runtime;
using System.Runtime.CompilerServices;
using DragonflyFlow.Pipeline.Shards;

namespace DragonflyFlow.Tests.Pipeline.Shards;

/// <summary>What is compiled ahead is not compiled when it first runs, on the thread that runs it.</summary>
[TestClass]
public sealed class CompiledAheadTests
{
    private interface IGreeter
    {
        int Greet(int times);
    }

    [TestMethod]
    public void A_virtual_method_of_a_type_without_objects_is_compiled()
    {
        CompiledAhead.Compile(typeof(Prepared));
        Assert.AreEqual(0, CompiledBy(static () => new Prepared()));
        Assert.AreNotEqual(0, CompiledBy(static () => new Unprepared()), "else this would show nothing");

        static long CompiledBy(Func<IGreeter> make)
        {
            Greet(new Known());
            IGreeter greeter = make();
            long before = JitInfo.GetCompiledMethodCount(currentThread: true);
            Greet(greeter);
            return JitInfo.GetCompiledMethodCount(currentThread: true) - before;
        }
    }

    [TestMethod]
    public void Most_of_what_the_framework_needs_to_run_an_async_method_is_compiled()
    {
        // Else what follows an await runs on other threads.
        SynchronizationContext.SetSynchronizationContext(null);
        _ = CompiledBy(KnownAsync);
        foreach (Type machine in new[] { MachineOf(nameof(TextAsync)), MachineOf(nameof(NothingAsync)) })
            CompiledAhead.Compile(machine);
        // Of few what is small is no part of its callers here, where code is compiled in tiers.
        Assert.IsLessThan(CompiledBy(OtherTextAsync) / 2, CompiledBy(TextAsync));
        Assert.IsLessThan(CompiledBy(OtherAsync) / 2, CompiledBy(NothingAsync));

        static long CompiledBy(Func<TaskCompletionSource, Task> work)
        {
            TaskCompletionSource gate = new();
            long before = JitInfo.GetCompiledMethodCount(currentThread: true);
            Task under = work(gate);
            gate.SetResult();
            Assert.IsTrue(under.IsCompletedSuccessfully);
            return JitInfo.GetCompiledMethodCount(currentThread: true) - before;
        }
    }

    [TestMethod]
    public void A_generic_type_is_compiled_for_all_reference_types_at_once()
    {
        Assert.AreSame(typeof(Box<object>), CompiledAhead.OfReferences(typeof(Box<>)));
        Assert.AreSame(typeof(Known), CompiledAhead.OfReferences(typeof(Known)));
        Assert.IsNull(CompiledAhead.OfReferences(typeof(OfStructs<>)), "it has no such code");
        Assert.IsNull(CompiledAhead.OfReferences(typeof(OfGreeters<>)), "objects are not what it is for");

        CompiledAhead.Compile(typeof(Box<object>));
        Assert.AreEqual(0, CompiledBy(static () => new Box<string>().Put("text")));
        Assert.AreNotEqual(0, CompiledBy(static () => new OtherBox<string>().Put("text")), "else this would show nothing");

        static long CompiledBy(Func<int> put)
        {
            _ = new Known().Greet(1);
            // What calls is compiled here, and what it calls is not.
            RuntimeHelpers.PrepareMethod(put.Method.MethodHandle);
            long before = JitInfo.GetCompiledMethodCount(currentThread: true);
            put();
            return JitInfo.GetCompiledMethodCount(currentThread: true) - before;
        }
    }

    [TestMethod]
    public void What_is_no_async_method_has_no_such_parts()
    {
        Assert.IsEmpty(AsyncParts.Of(typeof(Prepared)));
        Assert.IsEmpty(AsyncParts.Of(typeof(int)));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Greet(IGreeter greeter) => greeter.Greet(1);

    private static async Task KnownAsync(TaskCompletionSource gate) => await gate.Task;

    private static async Task<string> TextAsync(TaskCompletionSource gate)
    {
        await gate.Task;
        return "done";
    }

    private static async Task<string> OtherTextAsync(TaskCompletionSource gate)
    {
        await gate.Task;
        return "done";
    }

    private static async Task NothingAsync(TaskCompletionSource gate) => await gate.Task;

    private static async Task OtherAsync(TaskCompletionSource gate) => await gate.Task;

    private static Type MachineOf(string method)
        => typeof(CompiledAheadTests).GetMethod(method, System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.NonPublic)!
            .GetCustomAttributes(typeof(AsyncStateMachineAttribute), inherit: false).Cast<AsyncStateMachineAttribute>().Single().StateMachineType;

    private sealed class Box<T>
    {
        private readonly List<T> _things = [];

        [MethodImpl(MethodImplOptions.NoInlining)]
        public int Put(T thing)
        {
            _things.Add(thing);
            return _things.Count;
        }
    }

    private sealed class OtherBox<T>
    {
        private readonly List<T> _things = [];

        [MethodImpl(MethodImplOptions.NoInlining)]
        public int Put(T thing)
        {
            _things.Add(thing);
            return _things.Count;
        }
    }

    private sealed class OfStructs<T>
        where T : struct
    {
        public T Value { get; set; }
    }

    private sealed class OfGreeters<T>
        where T : IGreeter
    {
        public T? Value { get; set; }
    }

    private sealed class Known : IGreeter
    {
        public int Greet(int times) => times;
    }

    private sealed class Prepared : IGreeter
    {
        private int _greeted;

        public int Greet(int times) => _greeted += times;
    }

    private sealed class Unprepared : IGreeter
    {
        private int _greeted;

        public int Greet(int times) => _greeted += times;
    }
}
