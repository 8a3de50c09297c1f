namespace DragonflyFlow.Pipeline.Scripting.KeyUse;

/// <summary>What a token of Lua is.</summary>
internal enum LuaToken : byte
{
    /// <summary>The source is at its end.</summary>
    End,

    /// <summary>A name that is no keyword.</summary>
    Name,

    /// <summary>One of Lua 5.4's reserved words.</summary>
    Keyword,

    /// <summary>A text in quotes or long brackets.</summary>
    Text,

    /// <summary>A number.</summary>
    Number,

    /// <summary>An operator or a mark.</summary>
    Symbol,

    /// <summary>Nothing of Lua: the source ends in a text, say.</summary>
    Wrong,
}

/// <summary>The tokens of a Lua source, one after the other; comments are no tokens.</summary>
internal ref struct LuaTokens
{
    private static readonly byte[][] Keywords =
    [
        .. new[]
        {
            "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if", "in", "local", "nil", "not", "or", "repeat", "return", "then", "true", "until", "while",
        }.Select(word => System.Text.Encoding.ASCII.GetBytes(word)),
    ];

    private readonly ReadOnlySpan<byte> _source;
    private int _at;

    /// <summary>Before the first token of <paramref name="source"/>.</summary>
    public LuaTokens(ReadOnlySpan<byte> source) => _source = source;

    /// <summary>What the token is.</summary>
    public LuaToken Kind { get; private set; }

    /// <summary>The token as it is written; of a text, what it says if that has no escapes.</summary>
    public ReadOnlySpan<byte> Word { get; private set; }

    /// <summary>Of a text: whether <see cref="Word"/> is what it says.</summary>
    public bool IsVerbatim { get; private set; }

    /// <summary>Whether the token is this keyword or symbol.</summary>
    public readonly bool Is(ReadOnlySpan<byte> word) => Kind is LuaToken.Keyword or LuaToken.Symbol && Word.SequenceEqual(word);

    /// <summary>Goes to the next token.</summary>
    public void Next()
    {
        if (!SkipBlanks())
            return;
        byte c = _source[_at];
        if (IsLetter(c))
            TakeName();
        else if (IsDigit(c) || (c == '.' && _at + 1 < _source.Length && IsDigit(_source[_at + 1])))
            TakeNumber();
        else if (c is (byte)'"' or (byte)'\'')
            TakeQuoted(c);
        else if (c == '[' && LevelAt(_at) is >= 0 and int level)
            TakeLong(level, LuaToken.Text);
        else
            TakeSymbol();
    }

    // False at the end, or in a comment that does not end.
    private bool SkipBlanks()
    {
        while (_at < _source.Length)
        {
            if (_source[_at] is (byte)' ' or (>= (byte)'\t' and <= (byte)'\r'))
            {
                _at++;
                continue;
            }

            if (!_source[_at..].StartsWith("--"u8))
                return true;
            _at += 2;
            if (_at < _source.Length && _source[_at] == '[' && LevelAt(_at) is >= 0 and int level)
            {
                if (!TakeLong(level, LuaToken.Wrong))
                    return false;
                continue;
            }

            int end = _source[_at..].IndexOfAny((byte)'\n', (byte)'\r');
            _at = end < 0 ? _source.Length : _at + end;
        }

        Set(LuaToken.End, default);
        return false;
    }

    // How many "=" stand in the long bracket that begins here; -1 if none does.
    private readonly int LevelAt(int at)
    {
        int end = at + 1;
        while (end < _source.Length && _source[end] == '=')
            end++;
        return end < _source.Length && _source[end] == '[' ? end - at - 1 : -1;
    }

    private bool TakeLong(int level, LuaToken kind)
    {
        int start = _at + level + 2;
        for (int i = start; i + level + 1 < _source.Length; i++)
        {
            if (_source[i] != ']' || _source[i + level + 1] != ']' || _source.Slice(i + 1, level).ContainsAnyExcept((byte)'='))
                continue;
            _at = i + level + 2;
            Set(kind, _source[start..i]);
            // A line break behind the bracket is not part of the text.
            IsVerbatim = !Word.ContainsAny((byte)'\n', (byte)'\r');
            return true;
        }

        return Fail();
    }

    private void TakeQuoted(byte quote)
    {
        int start = ++_at;
        while (_at < _source.Length && _source[_at] != quote && _source[_at] != '\n')
            _at += _source[_at] == '\\' ? 2 : 1;
        if (_at >= _source.Length || _source[_at] != quote)
        {
            Fail();
            return;
        }

        Set(LuaToken.Text, _source[start.._at++]);
        IsVerbatim = !Word.Contains((byte)'\\');
    }

    private void TakeName()
    {
        int start = _at;
        while (_at < _source.Length && (IsLetter(_source[_at]) || IsDigit(_source[_at])))
            _at++;
        ReadOnlySpan<byte> word = _source[start.._at];
        bool isKeyword = false;
        foreach (byte[] keyword in Keywords)
            isKeyword |= word.SequenceEqual(keyword);
        Set(isKeyword ? LuaToken.Keyword : LuaToken.Name, word);
    }

    // As Lua's own reader: everything that could belong to a number, signs behind an exponent's letter too.
    private void TakeNumber()
    {
        int start = _at;
        bool isHex = _source[_at] == '0' && _at + 1 < _source.Length && (_source[_at + 1] | 0x20) == 'x';
        char exponent = isHex ? 'p' : 'e';
        while (_at < _source.Length)
        {
            byte c = _source[_at];
            if ((c is (byte)'+' or (byte)'-' && (_source[_at - 1] | 0x20) == exponent && _at > start) || IsLetter(c) || IsDigit(c) || c == '.')
                _at++;
            else
                break;
        }

        Set(LuaToken.Number, _source[start.._at]);
    }

    private void TakeSymbol()
    {
        ReadOnlySpan<byte> rest = _source[_at..];
        int length = rest.StartsWith("..."u8) ? 3 : 1;
        if (length == 1 && rest.Length > 1)
        {
            bool isPair = (rest[1] == '=' && rest[0] is (byte)'=' or (byte)'~' or (byte)'<' or (byte)'>')
                || (rest[1] == rest[0] && rest[0] is (byte)'.' or (byte)'/' or (byte)':' or (byte)'<' or (byte)'>');
            length = isPair ? 2 : 1;
        }

        Set(LuaToken.Symbol, rest[..length]);
        _at += length;
    }

    private bool Fail()
    {
        _at = _source.Length;
        Set(LuaToken.Wrong, default);
        return false;
    }

    private void Set(LuaToken kind, ReadOnlySpan<byte> word)
    {
        Kind = kind;
        Word = word;
    }

    private static bool IsLetter(byte c) => char.IsAsciiLetter((char)c) || c == '_';

    private static bool IsDigit(byte c) => char.IsAsciiDigit((char)c);
}
