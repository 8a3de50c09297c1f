using System.Text;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Protocol.Wire.Frames;

namespace DragonflyFlow.Tests.Pipeline.Migration;

/// <summary>What a source sends in a flow, made by a test.</summary>
internal static class FlowFrames
{
    /// <summary>A command of a slot, or without one (-1), as a frame.</summary>
    public static byte[] Frame(int slot, params string[] words)
    {
        byte[] data = Encoding.ASCII.GetBytes(string.Concat(words));
        ArgList ranges = new();
        int at = 0;
        foreach (string word in words)
        {
            ranges.Add(at, word.Length);
            at += word.Length;
        }

        using FrameBuffer frames = new();
        ChangeFrame.Write(frames, new ChangeHeader { Slot = slot, Shards = 1 }, data, ranges.Items.AsSpan(0, words.Length));
        return frames.Written.ToArray();
    }
}
