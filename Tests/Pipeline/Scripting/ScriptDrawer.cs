using System.Globalization;

namespace DragonflyFlow.Tests.Pipeline.Scripting;

/// <summary>
/// Draws bodies of scripts from a seed: expressions over numbers, texts and truth values, as deep as asked for, within what Corpus/differences.lua leaves out: products stay
/// small, divisors are not zero, zeros have no sign, and ".." joins whole numbers and texts only.
/// </summary>
internal sealed class ScriptDrawer(Random random)
{
    private static readonly string[] Texts = ["''", "'a'", "'abc'", "'Hello World'", "'10'", "'3.5'", "'a,b,,c'", "'%d%%'", "KEYS[1]", "ARGV[1]", "ARGV[2]", "'\\195\\169'"];
    private static readonly string[] Patterns = ["'%a+'", "'%d'", "'.'", "'[^,]*'", "'(%w)(%w)'", "'l+'", "'^%s*(.-)%s*$'", "'%s*'", "'()b'", "'x?'", "'o'"];
    private static readonly string[] Replacements = ["''", "'-'", "'<%0>'", "'%%'", "string.upper", "{a = 'A', b = 2}", "function(c) return #tostring(c) end"];

    /// <summary>One body.</summary>
    public string Body() => random.Next(9) switch
    {
        0 => $"return {Any(3)}",
        1 => $"return tostring({Any(3)})",
        2 => $"return {{{Any(2)}, {Any(2)}, {Any(2)}}}",
        3 => $"return cjson.encode({{{Any(2)}, {Text(2)}, {{{Fraction(2)}}}}})",
        4 => $"local x, y = {Any(2)}, {Whole(2)} if {Truth(2)} then return x else return y .. '' end",
        5 => $"local s = '' for i = {Whole(0)}, {Whole(0)} do s = s .. i + {Literal()} .. {Text(1)} end return s",
        6 => $"redis.call('set', KEYS[1], {Fraction(2)}) return redis.call('get', KEYS[1])",
        7 => $"return {{pcall(function() return {Any(3)} end)}}",
        _ => $"local t = {{{Whole(1)}, {Text(1)}, n = {Fraction(1)}}} return tostring(t.n) .. #t .. table.concat(t, {Text(0)})",
    };

    private string Any(int depth) => random.Next(5) switch
    {
        0 => Whole(depth),
        1 => Fraction(depth),
        2 => Truth(depth),
        _ => Text(depth),
    };

    private string Literal() => random.Next(-5, 20).ToString(CultureInfo.InvariantCulture);

    private string Divisor() => random.Next(1, 9).ToString(CultureInfo.InvariantCulture);

    private string Whole(int depth) => depth == 0 ? Literal() : random.Next(14) switch
    {
        0 => $"({Whole(depth - 1)} + {Whole(depth - 1)})",
        1 => $"({Whole(depth - 1)} - {Whole(depth - 1)})",
        2 => $"({Whole(depth - 1)} * {Whole(depth - 1)}) % 997",
        3 => $"{Whole(depth - 1)} % {Divisor()}",
        4 => $"(math.floor({Fraction(depth - 1)}) + 0)",
        5 => $"(math.ceil({Fraction(depth - 1)}) + 0)",
        6 => $"#{Text(0)}",
        7 => $"math.max({Whole(depth - 1)}, {Whole(depth - 1)})",
        8 => $"(tonumber({Text(0)}) and 1 or {Whole(depth - 1)})",
        9 => $"bit.bxor({Whole(depth - 1)}, {Whole(depth - 1)})",
        10 => $"({Truth(depth - 1)} and {Whole(depth - 1)} or {Whole(depth - 1)})",
        11 => $"(string.byte({Text(depth - 1)}, {Divisor()}) or {Literal()})",
        12 => $"select('#', {Any(depth - 1)}, {Any(depth - 1)})",
        _ => $"bit.rshift({Whole(depth - 1)}, {Divisor()})",
    };

    private string Fraction(int depth) => depth == 0 ? random.Next(-40, 40) / 8 + "." + random.Next(0, 100) : random.Next(9) switch
    {
        0 => $"{Whole(depth - 1)} / {Divisor()}",
        1 => $"({Fraction(depth - 1)} + {Fraction(depth - 1)})",
        2 => $"({Fraction(depth - 1)} - {Whole(depth - 1)})",
        3 => $"{Fraction(0)} * {Fraction(0)}",
        4 => $"math.sqrt(math.abs({Fraction(depth - 1)}))",
        5 => $"math.abs({Literal()}) ^ {Divisor()}",
        6 => $"math.fmod({Fraction(depth - 1)}, {Divisor()})",
        7 => $"(1 - {Fraction(depth - 1)})",
        _ => $"(tonumber({Text(0)}) or {Whole(depth - 1)})",
    };

    private string Truth(int depth) => depth == 0 ? (random.Next(2) == 0 ? "true" : "false") : random.Next(6) switch
    {
        0 => $"({Fraction(depth - 1)} < {Fraction(depth - 1)})",
        1 => $"({Whole(depth - 1)} == {Fraction(depth - 1)})",
        2 => $"({Text(depth - 1)} <= {Text(depth - 1)})",
        3 => $"(not {Truth(depth - 1)})",
        4 => $"({Truth(depth - 1)} or {Truth(depth - 1)})",
        _ => $"(type({Any(depth - 1)}) == 'number')",
    };

    private string Text(int depth) => depth == 0 ? Pick(Texts) : random.Next(13) switch
    {
        0 => $"({Text(depth - 1)} .. {Text(depth - 1)})",
        1 => $"({Text(depth - 1)} .. ({Whole(depth - 1)}))",
        2 => $"tostring({Any(depth - 1)})",
        3 => $"string.sub({Text(depth - 1)}, {Literal()}, {Fraction(0)})",
        4 => $"string.rep({Text(depth - 1)}, {Divisor()} / 2)",
        5 => $"string.format('%d|%5.2f|%s|%x', {Fraction(depth - 1)}, {Fraction(depth - 1)}, {Text(depth - 1)}, {Divisor()})",
        6 => $"(string.gsub({Text(depth - 1)}, {Pick(Patterns)}, {Pick(Replacements)}))",
        7 => $"tostring(string.match({Text(depth - 1)}, {Pick(Patterns)}))",
        8 => $"tostring(string.find({Text(depth - 1)}, {Pick(Patterns)}, {Literal()}))",
        9 => $"string.upper(string.reverse({Text(depth - 1)}))",
        10 => $"bit.tohex({Whole(depth - 1)})",
        11 => $"redis.call('echo', {Text(depth - 1)})",
        _ => $"string.format('%q', {Text(depth - 1)})",
    };

    private string Pick(string[] from) => from[random.Next(from.Length)];
}
