using DragonflyFlow.Pipeline.Commands;
using DragonflyFlow.Tests.Differential.Families;

namespace DragonflyFlow.Tests.Differential.Grammar;

/// <summary>Writes a script of a family from a seed: calls drawn from its templates, some spoilt, probes between them, both protocols by turns.</summary>
internal static class ScriptWriter
{
    private const int ProbeEvery = 250;
    private const int SpoiltOneIn = 16;
    private static readonly CommandTable Table = new(CommandFamilies.All);
    private const int LowerCaseOneIn = 8;

    private static readonly string[] OddWords = ["", "x", "-1", "0", "1.5", "9223372036854775808", "LIMIT", "GET", "COUNT", "str1", "list1"];

    internal static List<string[]> Write(ScriptFamily family, int seed, int count)
    {
        Random random = new(seed);
        WordSource words = new(random);
        List<string[]> script = [];
        int protocol = 2;
        while (script.Count < count)
        {
            if (script.Count / ProbeEvery != (script.Count + 1) / ProbeEvery)
            {
                script.AddRange(family.Probes);
                protocol = 5 - protocol;
                script.Add(["HELLO", protocol == 2 ? "2" : "3"]);
            }

            script.Add(Spoil(family.Templates[random.Next(family.Templates.Count)].Draw(words), random));
        }

        script.AddRange(family.Probes);
        return script;
    }

    private static bool MayWait(string name)
        => Table.Find(System.Text.Encoding.ASCII.GetBytes(name)) is { } command && command.Has(CommandFlags.Blocking);

    private static string[] Spoil(string[] call, Random random)
    {
        if (random.Next(LowerCaseOneIn) == 0)
            call[0] = call[0].ToLowerInvariant();
        // A command that may wait is not spoilt: an odd word for its timeout could be for ever.
        if (random.Next(SpoiltOneIn) != 0 || MayWait(call[0]))
            return call;
        int at = random.Next(call.Length);
        switch (random.Next(4))
        {
            case 0 when call.Length > 1:
                return call[..^1];
            case 1:
                return [.. call, OddWords[random.Next(OddWords.Length)]];
            case 2 when at > 0:
                return [.. call[..at], OddWords[random.Next(OddWords.Length)], .. call[(at + 1)..]];
            default:
                return [.. call[..(at + 1)], .. call[at..]];
        }
    }
}
