using DragonflyFlow.Pipeline.Migration;
using DragonflyFlow.Pipeline.Security;
using DragonflyFlow.Pipeline.Tracking;

namespace DragonflyFlow.Pipeline.Shards;

/// <summary>What the store knows of one client. Written by the session's own turn; others read it for CLIENT LIST, where a moment's reading is enough.</summary>
public sealed class ClientContext
{
    private AclUser _user;

    /// <summary>Context of a client on a connection, who is the default user at first.</summary>
    internal ClientContext(Session session, AclUser user)
    {
        Session = session;
        _user = user;
        Authenticated = !user.NeedsPassword;
    }

    /// <summary>The session.</summary>
    public Session Session { get; }

    /// <summary>CLIENT ID.</summary>
    public long Id { get; init; }

    /// <summary>Peer address as CLIENT LIST shows it ("127.0.0.1:51234", "/path:0").</summary>
    public string Address { get; init; } = "";

    /// <summary>Own address of the connection.</summary>
    public string LocalAddress { get; init; } = "";

    /// <summary>Unix milliseconds of the connection.</summary>
    public long CreatedAtMs { get; init; }

    /// <summary>Unix milliseconds of the last read.</summary>
    public long LastActiveMs { get; set; }

    /// <summary>The selected database.</summary>
    public int Database { get; set; }

    /// <summary>Whether replies are RESP3.</summary>
    public bool Resp3 { get; set; }

    /// <summary>Whether a password has been given, or none is asked for.</summary>
    public bool Authenticated { get; set; }

    /// <summary>Who the client is. Set by its own turn.</summary>
    internal AclUser User
    {
        get => Volatile.Read(ref _user);
        set => Volatile.Write(ref _user, value);
    }

    /// <summary>Whether there is nothing to look at before its commands run.</summary>
    internal bool IsTrusted => Authenticated && _user.IsUnrestricted;

    /// <summary>CLIENT SETNAME.</summary>
    public string Name { get; set; } = "";

    /// <summary>CLIENT SETINFO lib-name.</summary>
    public string LibraryName { get; set; } = "";

    /// <summary>CLIENT SETINFO lib-ver.</summary>
    public string LibraryVersion { get; set; } = "";

    /// <summary>The last command, for CLIENT LIST.</summary>
    public string LastCommand { get; set; } = "NULL";

    /// <summary>Set by QUIT and by errors after which the connection closes.</summary>
    public bool CloseAfterReply { get; set; }

    /// <summary>CLIENT REPLY.</summary>
    public ReplyMode ReplyMode { get; set; }

    /// <summary>Goes on by one command; true if that one is not answered.</summary>
    internal bool TakeSilence()
    {
        if (ReplyMode is ReplyMode.Skipping or ReplyMode.SkipNext)
            ReplyMode = ReplyMode == ReplyMode.SkipNext ? ReplyMode.Skipping : ReplyMode.On;
        return ReplyMode != ReplyMode.On;
    }

    /// <summary>READONLY: a replica answers its reads instead of sending it to the master.</summary>
    public bool ReadsReplica { get; set; }

    /// <summary>CLIENT TRACKING; null while it is off.</summary>
    internal ClientTracking? Tracking { get; set; }

    /// <summary>Whether it is another node that moves slots here: what it asks waits for no pause.</summary>
    internal bool IsPeer { get; set; }

    /// <summary>The flow of a migration that the connection carries; null for all others.</summary>
    internal IncomingFlow? Flow { get; set; }

    /// <summary>CLIENT NO-EVICT.</summary>
    public bool NoEvict { get; set; }

    /// <summary>CLIENT NO-TOUCH.</summary>
    public bool NoTouch { get; set; }

    /// <summary>Whether its commands are the changes of another store, as that one's journal has them: nothing expires by this store's clock while they run.</summary>
    internal bool IsReplay { get; set; }
}
