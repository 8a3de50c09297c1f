// One thread, one source.

namespace DragonflyFlow.Pipeline.Scripting.KeyUse;

/// <content>Expressions: what is known of their values.</content>
internal ref partial struct KeyUseReader
{
    // A value goes where it is not followed.
    private void Plain(LuaValue value)
    {
        if (value is LuaValue.KeyTable or LuaValue.KeyPairs or LuaValue.Redis or LuaValue.Call)
            Fail();
    }

    private void Forget(int first) => _arguments.RemoveRange(first, _arguments.Count - first);

    private void Condition() => Plain(Expression());

    // The last values that were read go where they are not followed.
    private void Unfollowed(int first, int count)
    {
        for (int i = first; i < first + count && !_failed; i++)
            Plain(_arguments[i].Value);
        Forget(first);
    }

    // Appends what is known of each; of one that is not the last only its first value counts.
    private int Expressions()
    {
        int first = _arguments.Count;
        do
        {
            if (_arguments.Count > first)
                _arguments[^1] = new Argument(FirstOf(_arguments[^1].Value), _arguments[^1].Text);
            byte[] text = _token.Kind is LuaToken.Text or LuaToken.Number ? _token.Word.ToArray() : [];
            _arguments.Add(default);
            int own = _arguments.Count - 1;
            LuaValue value = Expression();
            _arguments[own] = new Argument(value, text);
        }
        while (Accept(","u8));
        return _arguments.Count - first;
    }

    private static LuaValue FirstOf(LuaValue value) => value switch
    {
        LuaValue.Several => LuaValue.Other,
        LuaValue.AllKeys => LuaValue.Key,
        _ => value,
    };

    private bool IsBinary() => _token.Kind switch
    {
        LuaToken.Keyword => _token.Is("and"u8) || _token.Is("or"u8),
        LuaToken.Symbol => _token.Word.Length == 2 ? !_token.Is("::"u8) : "+-*/%^<>&|~"u8.Contains(_token.Word[0]) && _token.Word.Length == 1,
        _ => false,
    };

    // Which operator binds stronger does not matter: of what any of them gives nothing is known.
    private LuaValue Expression()
    {
        LuaValue value = Operand();
        while (IsBinary())
        {
            Plain(value);
            Next();
            Plain(Operand());
            value = LuaValue.Other;
        }

        return value;
    }

    private LuaValue Operand()
    {
        if (++_depth > DepthMax)
            Fail();
        LuaValue value = LuaValue.Other;
        if (Accept("#"u8))
        {
            // How many keys there are may be known to anyone.
            LuaValue counted = Operand();
            if (counted != LuaValue.KeyTable)
                Plain(counted);
        }
        else if (Accept("not"u8) || Accept("-"u8) || Accept("~"u8))
        {
            Plain(Operand());
        }
        else
        {
            value = Simple();
        }

        _depth--;
        return value;
    }

    private LuaValue Simple()
    {
        LuaValue value = LuaValue.Other;
        switch (_token.Kind)
        {
            case LuaToken.Text:
                value = _token.IsVerbatim ? LuaValue.Literal : LuaValue.Other;
                Next();
                return value;
            case LuaToken.Number:
                value = _token.Word.ContainsAnyExceptInRange((byte)'0', (byte)'9') ? LuaValue.Other : LuaValue.Literal;
                Next();
                return value;
            case LuaToken.Keyword when Accept("nil"u8) || Accept("true"u8) || Accept("false"u8):
                return value;
            case LuaToken.Keyword when Accept("function"u8):
                FunctionBody(isMethod: false);
                return value;
            case LuaToken.Symbol when Accept("..."u8):
                return LuaValue.Several;
            case LuaToken.Symbol when _token.Is("{"u8):
                TableConstructor();
                return value;
            default:
                return Suffixed();
        }
    }

    private void TableConstructor()
    {
        Expect("{"u8);
        while (!_failed && !_token.Is("}"u8))
        {
            if (Accept("["u8))
            {
                Condition();
                Expect("]"u8);
                Expect("="u8);
                Condition();
            }
            else
            {
                // "name = value" reads as an expression with another behind it: the name itself says nothing.
                FieldOrValue();
            }

            if (!Accept(","u8) && !Accept(";"u8))
                break;
        }

        Expect("}"u8);
    }

    private void FieldOrValue()
    {
        LuaTokens ahead = _token;
        ahead.Next();
        if (_token.Kind == LuaToken.Name && ahead.Is("="u8))
        {
            Next();
            Next();
        }

        Condition();
    }

    private void FunctionBody(bool isMethod)
    {
        int outer = _locals.Count;
        if (isMethod)
            Declare("self", LuaValue.Other);
        Expect("("u8);
        while (!_failed && !_token.Is(")"u8))
        {
            if (!Accept("..."u8))
                Declare(ExpectName(), LuaValue.Other);
            if (!Accept(","u8))
                break;
        }

        Expect(")"u8);
        Block();
        Leave(outer);
        Expect("end"u8);
    }

    private LuaValue Suffixed()
    {
        LuaValue value = Primary();
        while (!_failed)
        {
            if (Accept("."u8))
            {
                value = Field(value);
            }
            else if (Accept("["u8))
            {
                Condition();
                Expect("]"u8);
                value = Element(value);
            }
            else if (Accept(":"u8))
            {
                Plain(value);
                ExpectName();
                value = Called(LuaValue.Other);
            }
            else if (_token.Kind == LuaToken.Text || _token.Is("("u8) || _token.Is("{"u8))
            {
                value = Called(value);
            }
            else
            {
                return value;
            }
        }

        return LuaValue.Other;
    }

    private LuaValue Primary()
    {
        if (Accept("("u8))
        {
            LuaValue value = FirstOf(Expression());
            Expect(")"u8);
            return value == LuaValue.Literal ? LuaValue.Other : value;
        }

        string name = ExpectName();
        return FindLocal(name) is >= 0 and int local ? _locals[local].Value : Global(name);
    }

    private int FindLocal(string name)
    {
        for (int i = _locals.Count - 1; i >= 0; i--)
        {
            if (_locals[i].Name == name)
                return i;
        }

        return -1;
    }

    private LuaValue Global(string name)
    {
        switch (name)
        {
            case "KEYS":
                return LuaValue.KeyTable;
            case "redis":
                return LuaValue.Redis;
            case "table":
                return LuaValue.TableLibrary;
            case "unpack":
                return LuaValue.Unpack;
            case "ipairs" or "pairs":
                return LuaValue.Pairs;
            default:
                if (!Harmless.Contains(name))
                    Fail();
                return LuaValue.Other;
        }
    }

    private LuaValue Element(LuaValue table)
    {
        if (table == LuaValue.KeyTable)
            return LuaValue.Key;
        Plain(table);
        return LuaValue.Other;
    }

    private LuaValue Field(LuaValue table)
    {
        string name = ExpectName();
        if (table == LuaValue.Redis)
            return name is "call" or "pcall" ? LuaValue.Call : LuaValue.Other;
        if (table == LuaValue.TableLibrary)
            return name == "unpack" ? LuaValue.Unpack : LuaValue.Other;
        Plain(table);
        return LuaValue.Other;
    }
}
