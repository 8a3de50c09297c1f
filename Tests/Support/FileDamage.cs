namespace DragonflyFlow.Tests.Support;

/// <summary>Changes bytes as accidents and attackers do: lost, added, flipped, replaced by values that mean something.</summary>
internal static class FileDamage
{
    private static readonly byte[] Telling = [0, 1, 0x7F, 0x80, 0x81, 0xC0, 0xC3, 0xFA, 0xFC, 0xFE, 0xFF];

    /// <summary>The bytes with one to four changes.</summary>
    internal static byte[] Of(byte[] file, Random random)
    {
        List<byte> bytes = [.. file];
        for (int changes = random.Next(1, 5); changes > 0 && bytes.Count > 0; changes--)
        {
            int at = random.Next(bytes.Count);
            switch (random.Next(6))
            {
                case 0:
                    bytes.RemoveAt(at);
                    break;
                case 1:
                    bytes.Insert(at, (byte)random.Next(256));
                    break;
                case 2:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 3:
                    bytes[at] = Telling[random.Next(Telling.Length)];
                    break;
                case 4:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 20), bytes.Count - at));
                    break;
                default:
                    bytes[at] = (byte)random.Next(256);
                    break;
            }
        }

        return [.. bytes];
    }
}
