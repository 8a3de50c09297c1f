// One thread, one source.

using DragonflyFlow.Pipeline.Commands;
using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Pipeline.Scripting.KeyUse;

/// <content>Calls: whether the keys of a command are keys of the script.</content>
internal ref partial struct KeyUseReader
{
    // The arguments follow; what the call gives.
    private LuaValue Called(LuaValue function)
    {
        int first = _arguments.Count;
        int count = Arguments();
        if (_failed)
            return LuaValue.Other;
        bool isOfKeys = count > 0 && _arguments[first].Value == LuaValue.KeyTable;
        LuaValue result = function switch
        {
            LuaValue.Unpack when isOfKeys => LuaValue.AllKeys,
            LuaValue.Pairs when isOfKeys => LuaValue.KeyPairs,
            _ => LuaValue.Several,
        };
        if (function == LuaValue.Call)
            Judge(first, count);
        else
            Plain(function);
        // What unpack and ipairs do with KEYS is known.
        int known = result == LuaValue.Several ? 0 : 1;
        Unfollowed(first + known, count - known);
        Forget(first);
        return result;
    }

    private int Arguments()
    {
        int first = _arguments.Count;
        if (_token.Kind == LuaToken.Text || _token.Is("{"u8))
        {
            byte[] text = _token.Kind == LuaToken.Text ? _token.Word.ToArray() : [];
            _arguments.Add(new Argument(Simple(), text));
        }
        else
        {
            Expect("("u8);
            if (!_token.Is(")"u8))
                Expressions();
            Expect(")"u8);
        }

        return _arguments.Count - first;
    }

    // redis.call(...) with these arguments. One whose command does not exist, or that has none, fails when it runs.
    private void Judge(int first, int count)
    {
        if (count == 0)
            return;
        if (_arguments[first].Value != LuaValue.Literal)
        {
            Fail();
            return;
        }

        CommandDescriptor? command = _commands.Find(_arguments[first].Text);
        if (command is { Subcommands.Count: > 0 } && count > 1)
        {
            if (_arguments[first + 1].Value != LuaValue.Literal)
                Fail();
            command = command.FindSubcommand(_arguments[first + 1].Text);
        }

        if (command is null)
            return;
        if (command.UsesUnnamedKeys || !HasKeysOfScript(command.Keys, first, count))
            Fail();
    }

    private bool HasKeysOfScript(KeySpec spec, int first, int count)
    {
        if (!spec.HasKeys)
            return true;
        LuaValue end = _arguments[first + count - 1].Value;
        bool isOpen = end is LuaValue.Several or LuaValue.AllKeys;
        int known = isOpen ? count - 1 : count;
        if (spec.IsMovable)
            return !isOpen && HasFoundKeysOfScript(spec, first, count);
        // Places that are counted from the end are known only if all behind the known ones are keys.
        bool endsInKeys = end == LuaValue.AllKeys && spec is { Last: -1, Step: 1 };
        if (spec.Last < 0 && isOpen && !endsInKeys)
            return false;
        int last = spec.Last >= 0 ? spec.Last : isOpen ? known - 1 : count + spec.Last;
        for (int i = spec.First; i <= last; i += spec.Step)
        {
            if (i >= known)
                return !isOpen || end == LuaValue.AllKeys;
            if (_arguments[first + i].Value != LuaValue.Key)
                return false;
        }

        return true;
    }

    // Where keys stand follows from other arguments: they must be written out, and what is not must be a key.
    private bool HasFoundKeysOfScript(KeySpec spec, int first, int count)
    {
        List<byte> data = [];
        ArgRange[] ranges = new ArgRange[count];
        for (int i = 0; i < count; i++)
        {
            byte[] text = _arguments[first + i].Value == LuaValue.Literal ? _arguments[first + i].Text : [];
            ranges[i] = new ArgRange { Offset = data.Count, Length = text.Length };
            data.AddRange(text);
        }

        List<int> found = [];
        spec.Find(new ArgView([.. data], ranges), found);
        for (int i = 1; i < count; i++)
        {
            LuaValue expected = found.Contains(i) ? LuaValue.Key : LuaValue.Literal;
            if (_arguments[first + i].Value != expected)
                return false;
        }

        return true;
    }
}
