using System.Runtime.InteropServices;
using KeraLua;

namespace DragonflyFlow.Pipeline.Scripting;

/// <summary>Texts to and from Lua's stack without an array for each: KeraLua's own ways take and give arrays.</summary>
internal static class LuaBytes
{
    private const string Library = "lua54";

    /// <summary>Pushes bytes as a string.</summary>
    public static void Push(Lua lua, ReadOnlySpan<byte> bytes) => lua_pushlstring(lua.Handle, in MemoryMarshal.GetReference(bytes), (nuint)bytes.Length);

    /// <summary>Where the string or number at an index of the stack lies, while it stays there; a number becomes a string.</summary>
    /// <param name="lua">The state.</param>
    /// <param name="index">Of the stack.</param>
    /// <param name="length">In bytes.</param>
    public static IntPtr At(Lua lua, int index, out int length)
    {
        IntPtr text = lua_tolstring(lua.Handle, index, out nuint bytes);
        length = checked((int)bytes);
        return text;
    }

    [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
    private static extern IntPtr lua_pushlstring(IntPtr state, in byte text, nuint length);

    [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
    private static extern IntPtr lua_tolstring(IntPtr state, int index, out nuint length);
}
