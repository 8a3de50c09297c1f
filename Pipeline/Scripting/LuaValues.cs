// Owner: the thread that runs the script.

using System.Buffers.Text;
using System.Text;
using DragonflyFlow.Protocol.Wire;
using KeraLua;

namespace DragonflyFlow.Pipeline.Scripting;

/// <summary>Replies as Lua values and Lua values as replies, by the tables of Redis's documentation of EVAL.</summary>
internal static class LuaValues
{
    private const int DepthMax = 1000;
    private const int VerbatimFormatLength = 3;

    /// <summary>Pushes the reply at <paramref name="at"/> as a Lua value and moves on behind it.</summary>
    public static void Push(Lua lua, ReadOnlySpan<byte> reply, ref int at)
    {
        byte kind = reply[at];
        ReadOnlySpan<byte> line = reply[(at + 1)..];
        line = line[..line.IndexOf((byte)'\r')];
        at += line.Length + 3;
        switch (kind)
        {
            case (byte)'+':
                PushField(lua, "ok\0"u8, line);
                break;
            case (byte)'-':
                PushField(lua, "err\0"u8, line);
                break;
            case (byte)':':
                LuaApi.Push(lua, Number(line));
                break;
            case (byte)'$':
                PushBulk(lua, reply, ref at, (int)Number(line));
                break;
            case (byte)'*' or (byte)'>':
                PushArray(lua, reply, ref at, (int)Number(line));
                break;
            default:
                PushResp3(lua, kind, line, reply, ref at);
                break;
        }
    }

    /// <summary>Writes the value on the top of the stack as a reply and pops it; <paramref name="resp3"/> is what redis.setresp said.</summary>
    public static void Write(Lua lua, ReplyBuffer reply, bool resp3, int depth = 0)
    {
        switch (LuaApi.TypeOf(lua, -1))
        {
            case LuaType.String:
                reply.Bulk(LuaApi.StringAt(lua, -1));
                break;
            case LuaType.Number:
                reply.Integer(lua.IsInteger(-1) ? lua.ToInteger(-1) : Truncated(lua.ToNumber(-1)));
                break;
            case LuaType.Boolean when resp3:
                reply.Boolean(lua.ToBoolean(-1));
                break;
            case LuaType.Boolean when lua.ToBoolean(-1):
                reply.Integer(1);
                break;
            case LuaType.Table when depth == DepthMax:
                reply.Error("ERR reached lua stack limit");
                break;
            case LuaType.Table:
                WriteTable(lua, reply, resp3, depth);
                break;
            default:
                reply.Null();
                break;
        }

        LuaApi.Pop(lua, 1);
    }

    private static void WriteTable(Lua lua, ReplyBuffer reply, bool resp3, int depth)
    {
        if (!lua.CheckStack(8))
        {
            reply.Error("ERR reached lua stack limit");
            return;
        }

        if (TryField(lua, "err\0"u8, LuaType.String, out string text))
            reply.Error(OneLine(text));
        else if (TryField(lua, "ok\0"u8, LuaType.String, out text))
            reply.Simple(OneLine(text));
        else if (HasField(lua, "double\0"u8, LuaType.Number))
            WriteDouble(lua, reply);
        else if (HasField(lua, "map\0"u8, LuaType.Table))
            WritePairs(lua, reply, resp3, depth, isMap: true);
        else if (HasField(lua, "set\0"u8, LuaType.Table))
            WritePairs(lua, reply, resp3, depth, isMap: false);
        else if (TryField(lua, "big_number\0"u8, LuaType.String, out text))
            reply.BigNumber(OneLine(text));
        else if (HasField(lua, "verbatim_string\0"u8, LuaType.Table))
            WriteVerbatim(lua, reply, resp3, depth);
        else
            WriteArray(lua, reply, resp3, depth);
    }

    // Up to the first nil, as in Lua 5.1's arrays.
    private static void WriteArray(Lua lua, ReplyBuffer reply, bool resp3, int depth)
    {
        int count = 0;
        while (LuaApi.PushElement(lua, -1, count + 1) != LuaType.Nil)
        {
            LuaApi.Pop(lua, 1);
            count++;
        }

        LuaApi.Pop(lua, 1);
        reply.Array(count);
        for (int i = 1; i <= count; i++)
        {
            LuaApi.PushElement(lua, -1, i);
            Write(lua, reply, resp3, depth + 1);
        }
    }

    // The field's value is on the stack.
    private static void WriteDouble(Lua lua, ReplyBuffer reply)
    {
        reply.Double(lua.ToNumber(-1));
        lua.Pop(1);
    }

    // The field's table is on the stack, above the value; without a format and a text it is nothing that Redis knows, so the value is written as an array.
    private static void WriteVerbatim(Lua lua, ReplyBuffer reply, bool resp3, int depth)
    {
        bool hasFormat = TryField(lua, "format\0"u8, LuaType.String, out string format);
        bool hasText = HasField(lua, "string\0"u8, LuaType.String);
        byte[] text = hasText ? lua.ToBuffer(-1, false) : [];
        lua.Pop(hasText ? 2 : 1);
        if (hasFormat && hasText)
            reply.Verbatim(format.PadRight(VerbatimFormatLength)[..VerbatimFormatLength], text);
        else
            WriteArray(lua, reply, resp3, depth);
    }

    private static void WritePairs(Lua lua, ReplyBuffer reply, bool resp3, int depth, bool isMap)
    {
        int count = 0;
        for (lua.PushNil(); lua.Next(-2); lua.Pop(1))
            count++;
        if (isMap)
            reply.Map(count);
        else
            reply.Set(count);
        lua.PushNil();
        while (lua.Next(-2))
        {
            lua.PushCopy(-2);
            Write(lua, reply, resp3, depth + 1);
            if (isMap)
                Write(lua, reply, resp3, depth + 1);
            else
                lua.Pop(1);
        }

        lua.Pop(1);
    }

    // Leaves the field's value on the stack if it has the type. A metatable is not asked.
    private static bool HasField(Lua lua, ReadOnlySpan<byte> name, LuaType type)
    {
        if (LuaApi.IsPlain(lua, -1))
        {
            if (LuaApi.PushField(lua, -1, name) == type)
                return true;
        }
        else
        {
            LuaApi.Push(lua, name[..^1]);
            if (lua.RawGet(-2) == type)
                return true;
        }

        LuaApi.Pop(lua, 1);
        return false;
    }

    private static bool TryField(Lua lua, ReadOnlySpan<byte> name, LuaType type, out string text)
    {
        text = "";
        if (!HasField(lua, name, type))
            return false;
        text = Encoding.UTF8.GetString(lua.ToBuffer(-1, false));
        lua.Pop(1);
        return true;
    }

    private static void PushBulk(Lua lua, ReadOnlySpan<byte> reply, ref int at, int length)
    {
        if (length < 0)
        {
            LuaApi.Push(lua, false);
            return;
        }

        LuaApi.Push(lua, reply.Slice(at, length));
        at += length + 2;
    }

    private static void PushArray(Lua lua, ReadOnlySpan<byte> reply, ref int at, int count)
    {
        if (count < 0)
        {
            lua.PushBoolean(false);
            return;
        }

        lua.CheckStack(4);
        lua.CreateTable(count, 0);
        for (int i = 1; i <= count; i++)
        {
            Push(lua, reply, ref at);
            LuaApi.SetElement(lua, -2, i);
        }
    }

    private static void PushResp3(Lua lua, byte kind, ReadOnlySpan<byte> line, ReadOnlySpan<byte> reply, ref int at)
    {
        switch (kind)
        {
            case (byte)'_':
                lua.PushNil();
                break;
            case (byte)'#':
                lua.PushBoolean(line[0] == 't');
                break;
            case (byte)',':
                lua.CreateTable(0, 1);
                lua.PushNumber(DoubleOf(line));
                lua.SetField(-2, "double");
                break;
            case (byte)'(':
                PushField(lua, "big_number\0"u8, line);
                break;
            case (byte)'%' or (byte)'~':
                PushPairs(lua, reply, ref at, (int)Number(line), kind == '%');
                break;
            case (byte)'=':
                PushVerbatim(lua, reply, ref at, (int)Number(line));
                break;
            default:
                throw new InvalidOperationException($"A reply of kind '{(char)kind}' has no Lua value.");
        }
    }

    private static void PushPairs(Lua lua, ReadOnlySpan<byte> reply, ref int at, int count, bool isMap)
    {
        lua.CheckStack(6);
        lua.CreateTable(0, 1);
        lua.CreateTable(0, count);
        for (int i = 0; i < count; i++)
        {
            Push(lua, reply, ref at);
            if (isMap)
                Push(lua, reply, ref at);
            else
                lua.PushBoolean(true);
            lua.RawSet(-3);
        }

        lua.SetField(-2, isMap ? "map" : "set");
    }

    private static void PushVerbatim(Lua lua, ReadOnlySpan<byte> reply, ref int at, int length)
    {
        lua.CreateTable(0, 1);
        lua.CreateTable(0, 2);
        LuaApi.Push(lua, reply.Slice(at, VerbatimFormatLength));
        lua.SetField(-2, "format");
        LuaApi.Push(lua, reply.Slice(at + VerbatimFormatLength + 1, length - VerbatimFormatLength - 1));
        lua.SetField(-2, "string");
        lua.SetField(-2, "verbatim_string");
        at += length + 2;
    }

    private static void PushField(Lua lua, ReadOnlySpan<byte> name, ReadOnlySpan<byte> text)
    {
        lua.CreateTable(0, 1);
        LuaApi.Push(lua, text);
        LuaApi.SetField(lua, -2, name);
    }

    private static long Number(ReadOnlySpan<byte> text) => Utf8Parser.TryParse(text, out long value, out _) ? value : 0;

    private static double DoubleOf(ReadOnlySpan<byte> text)
        => text.SequenceEqual("inf"u8) ? double.PositiveInfinity : text.SequenceEqual("-inf"u8) ? double.NegativeInfinity : Utf8Parser.TryParse(text, out double value, out _) ? value : double.NaN;

    private static long Truncated(double number) => double.IsNaN(number) || Math.Abs(number) >= 9.2233720368547758e18 ? long.MinValue : (long)number;

    private static string OneLine(string text) => text.Replace('\r', ' ').Replace('\n', ' ');
}
