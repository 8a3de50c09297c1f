using DragonflyFlow.Pipeline.Commands;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Security;

/// <summary>
/// A set of permissions: commands, keys and channels that go together. A user has one, and may have more in parentheses; a command runs if one of them allows all
/// of it. Never changes; rules make another one (<see cref="AclSelectorDraft"/>).
/// </summary>
internal sealed class AclSelector
{
    /// <summary>Which commands.</summary>
    public required AclCommandSet Commands { get; init; }

    /// <summary>Whether all keys, in every way.</summary>
    public required bool AllowsAllKeys { get; init; }

    /// <summary>Which keys, if not all.</summary>
    public required IReadOnlyList<AclKeyPattern> Keys { get; init; }

    /// <summary>Whether all channels.</summary>
    public required bool AllowsAllChannels { get; init; }

    /// <summary>Which channels, if not all: patterns.</summary>
    public required IReadOnlyList<byte[]> Channels { get; init; }

    /// <summary>Whether it allows everything, so that there is nothing to look at.</summary>
    public bool AllowsAll => Commands.AllowsAll && AllowsAllKeys && AllowsAllChannels;

    /// <summary>The patterns of keys as rules.</summary>
    public string KeysText => AllowsAllKeys ? "~*" : string.Join(' ', Keys);

    /// <summary>The patterns of channels as rules.</summary>
    public string ChannelsText => AllowsAllChannels ? "&*" : string.Join(' ', Channels.Select(pattern => "&" + AclText.Of(pattern)));

    /// <summary>All of it as rules, in Redis's order.</summary>
    public override string ToString()
    {
        string channels = AllowsAllChannels ? ChannelsText : Channels.Count == 0 ? "resetchannels" : "resetchannels " + ChannelsText;
        return KeysText.Length == 0 ? $"{channels} {Commands.Text}" : $"{KeysText} {channels} {Commands.Text}";
    }

    /// <summary>Whether it allows this call; <paramref name="scratch"/> is for key positions.</summary>
    public AclDenial Check(CommandDescriptor command, ArgView args, List<int> scratch)
    {
        if (!Commands.Allows(command, args))
            return new AclDenial(AclVerdict.Command, 0);
        AclDenial keys = AllowsAllKeys || !command.Keys.HasKeys ? AclDenial.None : CheckKeys(command, args, scratch);
        return keys.IsDenied || AllowsAllChannels ? keys : CheckChannels(command.Channels, args);
    }

    /// <summary>Whether it allows to read every key there is (SORT BY and GET, whose keys follow from values).</summary>
    public bool ReadsAllKeys => AllowsAllKeys || Keys.Any(pattern => pattern.Use.HasFlag(AclKeyUse.Read) && pattern.Pattern == "*");

    /// <summary>Whether a channel may be used, or a pattern of channels be listened to: only one that is named as it is.</summary>
    public bool AllowsChannel(ReadOnlySpan<byte> channel, bool isPattern)
    {
        if (AllowsAllChannels)
            return true;
        foreach (byte[] pattern in Channels)
        {
            if (isPattern ? channel.SequenceEqual(pattern) : GlobPattern.IsMatch(pattern, channel))
                return true;
        }

        return false;
    }

    private AclDenial CheckKeys(CommandDescriptor command, ArgView args, List<int> scratch)
    {
        scratch.Clear();
        command.Keys.Find(args, scratch);
        for (int i = 0; i < scratch.Count; i++)
        {
            if (!AllowsKey(args[scratch[i]], KeyAccess.UseOf(command, args, isFirst: i == 0)))
                return new AclDenial(AclVerdict.Key, scratch[i]);
        }

        return AclDenial.None;
    }

    private bool AllowsKey(ReadOnlySpan<byte> key, AclKeyUse use)
    {
        foreach (AclKeyPattern pattern in Keys)
        {
            if (pattern.Allows(key, use))
                return true;
        }

        return false;
    }

    private AclDenial CheckChannels(ChannelUse use, ArgView args)
    {
        int end = use == ChannelUse.None ? 0 : use == ChannelUse.Publishes ? 2 : args.Count;
        for (int i = 1; i < end; i++)
        {
            if (!AllowsChannel(args[i], isPattern: use == ChannelUse.ListensToPatterns))
                return new AclDenial(AclVerdict.Channel, i);
        }

        return AclDenial.None;
    }
}
