using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using KeraLua;

namespace DragonflyFlow.Pipeline.Scripting;

/// <summary>
/// The calls of Lua's C interface that stand on the way of every redis.call. KeraLua's own take and give arrays and strings, and each tells the collector that the
/// thread leaves managed code. What is marked here to be called without that neither allocates in the collector's sense nor runs Lua code, and is over in nanoseconds.
/// </summary>
internal static class LuaApi
{
    private const string Library = "lua54";

    /// <summary>How many values are on the stack.</summary>
    public static int Top(Lua lua) => lua_gettop(lua.Handle);

    /// <summary>Cuts or fills the stack to so many values.</summary>
    public static void SetTop(Lua lua, int count) => lua_settop(lua.Handle, count);

    /// <summary>Takes values off the top.</summary>
    public static void Pop(Lua lua, int count) => lua_settop(lua.Handle, -count - 1);

    /// <summary>The type of a value.</summary>
    public static LuaType TypeOf(Lua lua, int index) => (LuaType)lua_type(lua.Handle, index);

    /// <summary>The bytes of a string, which is no number, while it stays on the stack.</summary>
    public static ReadOnlySpan<byte> StringAt(Lua lua, int index)
    {
        IntPtr text = lua_tolstring(lua.Handle, index, out nuint bytes);
        return MemoryMarshal.CreateReadOnlySpan(ref Unsafe.AddByteOffset(ref Unsafe.NullRef<byte>(), text), checked((int)bytes));
    }

    /// <summary>Pushes bytes as a string.</summary>
    public static void Push(Lua lua, ReadOnlySpan<byte> bytes) => lua_pushlstring(lua.Handle, in MemoryMarshal.GetReference(bytes), (nuint)bytes.Length);

    /// <summary>Pushes a boolean.</summary>
    public static void Push(Lua lua, bool value) => lua_pushboolean(lua.Handle, value ? 1 : 0);

    /// <summary>Pushes an integer.</summary>
    public static void Push(Lua lua, long value) => lua_pushinteger(lua.Handle, value);

    /// <summary>Pushes nil.</summary>
    public static void PushNil(Lua lua) => lua_pushnil(lua.Handle);

    /// <summary>Pushes a value of the registry.</summary>
    public static void PushReference(Lua lua, int reference) => _ = lua_rawgeti(lua.Handle, (int)LuaRegistry.Index, reference);

    /// <summary>Pushes an element of the table at <paramref name="index"/>, without its metatable; its type.</summary>
    public static LuaType PushElement(Lua lua, int index, long element) => (LuaType)lua_rawgeti(lua.Handle, index, element);

    /// <summary>Takes the value on the top into the table at <paramref name="index"/>, which has room for it, without its metatable.</summary>
    public static void SetElement(Lua lua, int index, long element) => lua_rawseti(lua.Handle, index, element);

    /// <summary>Whether the table at <paramref name="index"/> has no metatable: then its fields are what <see cref="PushField"/> finds.</summary>
    public static bool IsPlain(Lua lua, int index)
    {
        if (lua_getmetatable(lua.Handle, index) == 0)
            return true;
        Pop(lua, 1);
        return false;
    }

    /// <summary>Pushes a field of a plain table; its type. <paramref name="name"/> ends with a zero byte and stays where it is, so that Lua knows it by its place.</summary>
    public static LuaType PushField(Lua lua, int index, ReadOnlySpan<byte> name) => (LuaType)lua_getfield(lua.Handle, index, in MemoryMarshal.GetReference(name));

    /// <summary>Takes the value on the top into a field of a plain table that has room for it; the name as for <see cref="PushField"/>.</summary>
    public static void SetField(Lua lua, int index, ReadOnlySpan<byte> name) => lua_setfield(lua.Handle, index, in MemoryMarshal.GetReference(name));

    [SuppressGCTransition]
    [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
    private static extern int lua_gettop(IntPtr state);

    [SuppressGCTransition]
    [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
    private static extern void lua_settop(IntPtr state, int index);

    [SuppressGCTransition]
    [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
    private static extern int lua_type(IntPtr state, int index);

    [SuppressGCTransition]
    [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
    private static extern IntPtr lua_tolstring(IntPtr state, int index, out nuint length);

    [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
    private static extern IntPtr lua_pushlstring(IntPtr state, in byte text, nuint length);

    [SuppressGCTransition]
    [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
    private static extern void lua_pushboolean(IntPtr state, int value);

    [SuppressGCTransition]
    [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
    private static extern void lua_pushinteger(IntPtr state, long value);

    [SuppressGCTransition]
    [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
    private static extern void lua_pushnil(IntPtr state);

    [SuppressGCTransition]
    [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
    private static extern int lua_rawgeti(IntPtr state, int index, long element);

    [SuppressGCTransition]
    [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
    private static extern void lua_rawseti(IntPtr state, int index, long element);

    [SuppressGCTransition]
    [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
    private static extern int lua_getmetatable(IntPtr state, int index);

    [SuppressGCTransition]
    [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
    private static extern int lua_getfield(IntPtr state, int index, in byte name);

    [SuppressGCTransition]
    [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
    private static extern void lua_setfield(IntPtr state, int index, in byte name);
}
