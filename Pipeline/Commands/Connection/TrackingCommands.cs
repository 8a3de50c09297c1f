using DragonflyFlow.Pipeline.Tracking;

namespace DragonflyFlow.Pipeline.Commands.Connection;

/// <summary>CLIENT TRACKING, CACHING, TRACKINGINFO and GETREDIR: client-side caching with the server's help.</summary>
internal static class TrackingCommands
{
    private const string OtherMode = " before disabling tracking for this client, and then re-enabling it with a different mode.";

    /// <summary>CLIENT TRACKING ON | OFF [REDIRECT client-id] [PREFIX prefix ...] [BCAST] [OPTIN] [OPTOUT] [NOLOOP].</summary>
    public static void Tracking(ref CommandCall call)
    {
        List<byte[]> prefixes = [];
        if (!TryOptions(ref call, prefixes, out TrackingOptions options))
            return;
        if (call.Args.Is(2, "ON"))
        {
            if (WhyNot(call.Client.Tracking, options, prefixes) is { } error)
            {
                call.Reply.Error(error);
                return;
            }

            if (options.IsBroadcast && prefixes.Count == 0)
                prefixes.Add([]);
            call.Engine.Tracking.Enable(call.Client, options, prefixes);
        }
        else if (call.Args.Is(2, "OFF"))
        {
            call.Engine.Tracking.Disable(call.Client);
        }
        else
        {
            call.Reply.Error(Errors.Syntax);
            return;
        }

        call.Reply.Ok();
    }

    /// <summary>CLIENT CACHING YES | NO.</summary>
    public static void Caching(ref CommandCall call)
    {
        bool yes = call.Args.Is(2, "YES");
        if (call.Client.Tracking is not { } tracking)
            call.Reply.Error("ERR CLIENT CACHING can be called only when the client is in tracking mode with OPTIN or OPTOUT mode enabled");
        else if (!yes && !call.Args.Is(2, "NO"))
            call.Reply.Error(Errors.Syntax);
        else if (yes && !tracking.Options.IsOptIn)
            call.Reply.Error("ERR CLIENT CACHING YES is only valid when tracking is enabled in OPTIN mode.");
        else if (!yes && !tracking.Options.IsOptOut)
            call.Reply.Error("ERR CLIENT CACHING NO is only valid when tracking is enabled in OPTOUT mode.");
        else
        {
            tracking.IsCachingGiven = true;
            call.Reply.Ok();
        }
    }

    /// <summary>CLIENT GETREDIR.</summary>
    public static void GetRedirect(ref CommandCall call) => call.Reply.Integer(call.Client.Tracking?.Options.Redirect ?? -1);

    /// <summary>CLIENT TRACKINGINFO.</summary>
    public static void Info(ref CommandCall call)
    {
        ClientTracking? tracking = call.Client.Tracking;
        List<string> flags = Flags(tracking);
        call.Reply.Map(3);
        call.Reply.Bulk("flags");
        call.Reply.Set(flags.Count);
        foreach (string flag in flags)
            call.Reply.Bulk(flag);
        call.Reply.Bulk("redirect");
        call.Reply.Integer(tracking?.Options.Redirect ?? -1);
        call.Reply.Bulk("prefixes");
        call.Reply.Array(tracking?.Prefixes.Count ?? 0);
        foreach (byte[] prefix in tracking?.Prefixes ?? [])
            call.Reply.Bulk(prefix);
    }

    private static List<string> Flags(ClientTracking? tracking)
    {
        List<string> flags = [tracking is null ? "off" : "on"];
        if (tracking is null)
            return flags;
        TrackingOptions options = tracking.Options;
        Add(options.IsBroadcast, "bcast");
        Add(options.IsOptIn, "optin");
        Add(options.IsOptIn && tracking.IsCachingGiven, "caching-yes");
        Add(options.IsOptOut, "optout");
        Add(options.IsOptOut && tracking.IsCachingGiven, "caching-no");
        Add(options.IsNoLoop, "noloop");
        Add(tracking.IsRedirectBroken, "broken_redirect");
        return flags;

        void Add(bool isSet, string word)
        {
            if (isSet)
                flags.Add(word);
        }
    }

    private static bool TryOptions(ref CommandCall call, List<byte[]> prefixes, out TrackingOptions options)
    {
        options = new TrackingOptions();
        for (int i = 3; i < call.Count; i++)
        {
            bool hasNext = i + 1 < call.Count;
            if (hasNext && call.Args.Is(i, "REDIRECT"))
            {
                if (!TryRedirect(ref call, ++i, ref options))
                    return false;
            }
            else if (hasNext && call.Args.Is(i, "PREFIX"))
                prefixes.Add(call.Args[++i].ToArray());
            else if (call.Args.Is(i, "BCAST"))
                options = options with { IsBroadcast = true };
            else if (call.Args.Is(i, "OPTIN"))
                options = options with { IsOptIn = true };
            else if (call.Args.Is(i, "OPTOUT"))
                options = options with { IsOptOut = true };
            else if (call.Args.Is(i, "NOLOOP"))
                options = options with { IsNoLoop = true };
            else
            {
                call.Reply.Error(Errors.Syntax);
                return false;
            }
        }

        return true;
    }

    // The client must be there now; later it may go.
    private static bool TryRedirect(ref CommandCall call, int index, ref TrackingOptions options)
    {
        if (options.Redirect != 0)
        {
            call.Reply.Error("ERR A client can only redirect to a single other client");
            return false;
        }

        if (!call.TryInteger(index, out long id))
            return false;
        if (!call.Engine.Clients.TryGet(id, out _))
        {
            call.Reply.Error("ERR The client ID you want redirect to does not exist");
            return false;
        }

        options = options with { Redirect = id };
        return true;
    }

    // What does not go together, among the options or with what the client has on already.
    private static string? WhyNot(ClientTracking? tracking, TrackingOptions options, List<byte[]> prefixes)
    {
        if (prefixes.Count > 0 && !options.IsBroadcast)
            return "ERR PREFIX option requires BCAST mode to be enabled";
        if (tracking is not null && tracking.Options.IsBroadcast != options.IsBroadcast)
            return "ERR You can't switch BCAST mode on/off" + OtherMode;
        if (options.IsBroadcast && (options.IsOptIn || options.IsOptOut))
            return "ERR OPTIN and OPTOUT are not compatible with BCAST";
        if (options is { IsOptIn: true, IsOptOut: true })
            return "ERR You can't specify both OPTIN mode and OPTOUT mode";
        if (tracking is not null && ((options.IsOptIn && tracking.Options.IsOptOut) || (options.IsOptOut && tracking.Options.IsOptIn)))
            return "ERR You can't switch OPTIN/OPTOUT mode" + OtherMode;
        return options.IsBroadcast ? Overlap(tracking, prefixes) : null;
    }

    private static string? Overlap(ClientTracking? tracking, List<byte[]> prefixes)
    {
        for (int i = 0; i < prefixes.Count; i++)
        {
            foreach (byte[] had in tracking?.Prefixes ?? [])
            {
                if (PrefixReaders.Overlap(prefixes[i], had))
                    return OverlapError(prefixes[i], "an existing prefix", had);
            }

            for (int j = i + 1; j < prefixes.Count; j++)
            {
                if (PrefixReaders.Overlap(prefixes[i], prefixes[j]))
                    return OverlapError(prefixes[i], "another provided prefix", prefixes[j]);
            }
        }

        return null;
    }

    private static string OverlapError(byte[] prefix, string which, byte[] other)
        => $"ERR Prefix '{Words.Text(prefix)}' overlaps with {which} '{Words.Text(other)}'. Prefixes for a single client must not overlap.";
}
