using System.Text;

namespace DragonflyFlow.Tests.Pipeline.Scripting.KeyUse;

/// <summary>
/// Draws scripts from a seed that call commands with keys they are called with and others, by ways that hide which: variables that are given something else, shadowed and caught names, tables,
/// aliases of redis.call, loops (KEYS never grows, so that they end). Each call is made under pcall; the script returns the errors.
/// </summary>
internal sealed class KeyUseDrawer(Random random, string[] others)
{
    private readonly List<string> _names = [];
    private readonly StringBuilder _script = new();

    /// <summary>One script.</summary>
    public string Draw()
    {
        _names.Clear();
        _script.Clear().Append("local errors = {} local function try(f) local ok, e = pcall(f) if not ok then errors[#errors + 1] = tostring(e) end end\n");
        Statements(random.Next(2, 6), depth: 0);
        return _script.Append("return table.concat(errors, ' ')").ToString();
    }

    private void Statements(int count, int depth)
    {
        int outer = _names.Count;
        for (int i = 0; i < count; i++)
            Statement(depth);
        _names.RemoveRange(outer, _names.Count - outer);
    }

    private void Statement(int depth)
    {
        switch (random.Next(depth > 2 ? 9 : 14))
        {
            case 0 or 1 or 2 or 3:
                _script.Append($"try(function() {Call()} end)\n");
                break;
            case 4 or 5:
                string given = Value();
                _script.Append($"local {NewName()} = {given}\n");
                break;
            case 6 when random.Next(3) == 0 && _names.Count > 0:
                _script.Append($"{OldName()} = {Value()}\n");
                break;
            case 7 when random.Next(4) == 0:
                _script.Append($"{Pick("KEYS[1]", "KEYS[3]")} = {Value()}\n");
                break;
            case 8 when random.Next(4) == 0:
                _script.Append($"rawset({Pick("KEYS", "{}")}, {Pick("1", "2", "3")}, {Value()})\n");
                break;
            case 9:
                Within("do", "end", depth);
                break;
            case 10:
                Within($"if {Pick("true", "#KEYS > 1", "KEYS[1]")} then", "end", depth);
                break;
            case 11:
                Within($"for i = 1, {Pick("2", "#KEYS")} do", "end", depth);
                break;
            case 12:
                Within($"for _, {NewName()} in {Pick("ipairs(KEYS)", "pairs(KEYS)", $"ipairs({{{Value()}}})")} do", "end", depth);
                break;
            case 13:
                string function = $"f{random.Next(3)}";
                Within($"local function {function}({NewName()})", $"end try(function() {function}({Value()}) end)", depth);
                break;
        }
    }

    private void Within(string open, string close, int depth)
    {
        _script.Append(open).Append('\n');
        Statements(random.Next(1, 4), depth + 1);
        _script.Append(close).Append('\n');
    }

    private string NewName()
    {
        string name = $"v{random.Next(4)}";
        _names.Add(name);
        return name;
    }

    private string OldName() => _names.Count == 0 ? "KEYS[2]" : _names[random.Next(_names.Count)];

    private string Value() => random.Next(12) switch
    {
        0 => Other(),
        1 => "KEYS[1] .. ''",
        2 => $"KEYS[3] or {Other()}",
        3 => "unpack(KEYS)",
        4 => "(function() return KEYS[2] end)()",
        5 => $"({{KEYS[1], {Other()}}})[{random.Next(1, 3)}]",
        6 => OldName(),
        7 => Pick("redis.call", "KEYS", "redis", "unpack", "KEYS[2]"),
        _ => $"KEYS[{random.Next(1, 3)}]",
    };

    private string Key() => random.Next(6) switch
    {
        0 => Value(),
        1 or 2 or 3 => OldName(),
        _ => $"KEYS[{random.Next(1, 3)}]",
    };

    private string Call()
    {
        string call = random.Next(8) == 0 ? Pick(OldName(), OldName() + ".call") : "redis.call";
        return random.Next(9) switch
        {
            0 => $"{call}('mget', {Key()}, {Key()})",
            1 => $"{call}('mget', unpack(KEYS))",
            2 => $"{call}('exists', {Key()}, unpack({Pick("KEYS", "ARGV", "{}")}))",
            3 => $"{call}('set', {Key()}, {Value()})",
            4 => $"{call}('mset', {Key()}, 'v', {Key()}, 'v')",
            5 => $"{call}('zunionstore', {Key()}, {Pick("1", "2")}, {Key()}, {Key()})",
            6 => $"{call}('object', 'encoding', {Key()})",
            _ => $"{call}('get', {Key()})",
        };
    }

    private string Other() => $"'{others[random.Next(others.Length)]}'";

    private string Pick(params string[] of) => of[random.Next(of.Length)];
}
