// One thread, one source.

using DragonflyFlow.Pipeline.Commands;

namespace DragonflyFlow.Pipeline.Scripting.KeyUse;

/// <summary>
/// Reads a script once, as a compiler of one pass does, and says whether it can use keys that it is not called with. It follows what is a key (KEYS[i], a local variable that is given one
/// and nothing else), the table KEYS and redis.call; as soon as one of them goes where it cannot be followed, or a name is used that could give it away, the answer is that
/// it may. So "no" is a proof and "yes" is none. Whatever this file does not know of Lua is a "yes" as well. Calls are judged in KeyUseReader.Calls.cs.
/// </summary>
internal ref partial struct KeyUseReader
{
    // Lua's own limit of nesting: a deeper source does not compile.
    private const int DepthMax = 200;

    // What a script finds outside of itself and can do no harm with. _G, _ENV, load, loadstring, getfenv and setfenv give KEYS and redis away.
    private static readonly HashSet<string> Harmless =
    [
        "ARGV", "assert", "bit", "cjson", "cmsgpack", "collectgarbage", "coroutine", "error", "getmetatable", "math", "next", "os", "pcall", "print", "rawequal", "rawget", "rawlen",
        "rawset", "select", "setmetatable", "string", "struct", "tonumber", "tostring", "type", "xpcall",
    ];

    private readonly CommandTable _commands;
    private readonly List<Local> _locals = [];
    private readonly List<Argument> _arguments = [];
    private LuaTokens _token;
    private int _depth;
    private bool _failed;

    private KeyUseReader(ReadOnlySpan<byte> source, CommandTable commands)
    {
        _token = new LuaTokens(source);
        _commands = commands;
    }

    private readonly record struct Local(string Name, LuaValue Value);

    private readonly record struct Argument(LuaValue Value, byte[] Text);

    /// <summary>Whether it is certain that a script calls commands only with keys that it is called with. What it does with names of commands that do not exist does not matter: they fail.</summary>
    public static bool UsesOnlyDeclaredKeys(ReadOnlySpan<byte> source, CommandTable commands)
    {
        KeyUseReader reader = new(source, commands);
        reader.Next();
        reader.Block();
        return !reader._failed && reader._token.Kind == LuaToken.End;
    }

    private void Next()
    {
        if (_failed)
            return;
        _token.Next();
        if (_token.Kind == LuaToken.Wrong)
            Fail();
    }

    // From here on there are no tokens, so that every loop ends.
    private void Fail()
    {
        _failed = true;
        _token = default;
    }

    private bool Accept(ReadOnlySpan<byte> word)
    {
        if (!_token.Is(word))
            return false;
        Next();
        return true;
    }

    private void Expect(ReadOnlySpan<byte> word)
    {
        if (!Accept(word))
            Fail();
    }

    private string ExpectName()
    {
        if (_token.Kind != LuaToken.Name)
            Fail();
        string name = Words.Text(_token.Word);
        Next();
        return name;
    }

    private void Declare(string name, LuaValue value)
    {
        if (name == "_ENV")
            Fail();
        _locals.Add(new Local(name, value));
    }

    private void Leave(int locals) => _locals.RemoveRange(locals, _locals.Count - locals);

    private void Scoped()
    {
        int outer = _locals.Count;
        Block();
        Leave(outer);
    }

    private void Block()
    {
        while (!_failed && _token.Kind != LuaToken.End && !_token.Is("end"u8) && !_token.Is("else"u8) && !_token.Is("elseif"u8) && !_token.Is("until"u8))
            Statement();
    }

    private void Statement()
    {
        if (++_depth > DepthMax)
            Fail();
        if (_token.Kind == LuaToken.Keyword)
            KeywordStatement();
        else if (Accept("::"u8))
            Label();
        else if (!Accept(";"u8))
            CallOrAssignment();
        _depth--;
    }

    private void Label()
    {
        ExpectName();
        Expect("::"u8);
    }

    private void KeywordStatement()
    {
        if (Accept("local"u8))
            LocalStatement();
        else if (Accept("if"u8))
            IfStatement();
        else if (Accept("for"u8))
            ForStatement();
        else if (Accept("while"u8))
            WhileStatement();
        else if (Accept("repeat"u8))
            RepeatStatement();
        else if (Accept("function"u8))
            FunctionStatement();
        else if (Accept("return"u8))
            ReturnStatement();
        else if (Accept("do"u8))
            ScopedToEnd();
        else if (Accept("goto"u8))
            ExpectName();
        else
            Expect("break"u8);
    }

    private void ScopedToEnd()
    {
        Scoped();
        Expect("end"u8);
    }

    private void IfStatement()
    {
        Condition();
        Expect("then"u8);
        Scoped();
        while (Accept("elseif"u8))
        {
            Condition();
            Expect("then"u8);
            Scoped();
        }

        if (Accept("else"u8))
            Scoped();
        Expect("end"u8);
    }

    private void WhileStatement()
    {
        Condition();
        Expect("do"u8);
        ScopedToEnd();
    }

    // The condition sees the locals of the block.
    private void RepeatStatement()
    {
        int outer = _locals.Count;
        Block();
        Expect("until"u8);
        Condition();
        Leave(outer);
    }

    private void ForStatement()
    {
        int outer = _locals.Count, valueAt = -1;
        List<string> names = [ExpectName()];
        if (Accept("="u8))
        {
            Unfollowed(_arguments.Count, Expressions());
        }
        else
        {
            // ipairs(KEYS) gives a number and a key.
            while (Accept(","u8))
                names.Add(ExpectName());
            Expect("in"u8);
            int first = _arguments.Count, count = Expressions();
            bool overKeys = count == 1 && _arguments[first].Value == LuaValue.KeyPairs;
            if (overKeys)
                Forget(first);
            else
                Unfollowed(first, count);
            valueAt = overKeys ? 1 : -1;
        }

        for (int i = 0; i < names.Count; i++)
            Declare(names[i], i == valueAt ? LuaValue.Key : LuaValue.Other);
        Expect("do"u8);
        Block();
        Leave(outer);
        Expect("end"u8);
    }

    private void FunctionStatement()
    {
        // A function of a table or of a local name; others would be globals, which cannot be made.
        int local = FindLocal(ExpectName());
        if (local < 0 || _locals[local].Value != LuaValue.Other)
            Fail();
        bool isMethod = false;
        while (_token.Is("."u8) || _token.Is(":"u8))
        {
            isMethod = _token.Is(":"u8);
            Next();
            ExpectName();
        }

        FunctionBody(isMethod);
    }

    private void LocalStatement()
    {
        if (Accept("function"u8))
        {
            Declare(ExpectName(), LuaValue.Other);
            FunctionBody(isMethod: false);
            return;
        }

        List<string> names = [];
        do
        {
            names.Add(ExpectName());
            if (Accept("<"u8))
            {
                ExpectName();
                Expect(">"u8);
            }
        }
        while (Accept(","u8));
        int first = _arguments.Count, count = Accept("="u8) ? Expressions() : 0;
        for (int i = 0; i < names.Count && !_failed; i++)
            Declare(names[i], GivenTo(i, first, count));
        for (int i = first + names.Count; i < first + count; i++)
            Plain(_arguments[i].Value);
        Forget(first);
    }

    // What the local variable of this number is given. A literal is not followed further.
    private LuaValue GivenTo(int index, int first, int count)
    {
        LuaValue value = index < count ? _arguments[first + index].Value : count > 0 ? _arguments[first + count - 1].Value : LuaValue.Other;
        if (value == LuaValue.AllKeys)
            return LuaValue.Key;
        if (index >= count || value is LuaValue.Literal or LuaValue.Several)
            return LuaValue.Other;
        if (value == LuaValue.KeyPairs)
            Fail();
        return value;
    }

    private void ReturnStatement()
    {
        if (_token.Kind != LuaToken.End && !_token.Is(";"u8) && !_token.Is("end"u8) && !_token.Is("else"u8) && !_token.Is("elseif"u8) && !_token.Is("until"u8))
            Unfollowed(_arguments.Count, Expressions());
    }

    private void CallOrAssignment()
    {
        LuaValue value = Suffixed();
        if (!_token.Is("="u8) && !_token.Is(","u8))
        {
            Plain(value);
            return;
        }

        Assigned(value);
        while (Accept(","u8))
            Assigned(Suffixed());
        Expect("="u8);
        Unfollowed(_arguments.Count, Expressions());
    }

    // What is followed must stay what it is: a local with a key, KEYS[i], redis.call. Globals cannot be written at all.
    private void Assigned(LuaValue target)
    {
        if (target != LuaValue.Other)
            Fail();
    }
}
