using System.Globalization;
using System.Text;
using DragonflyFlow.Pipeline.Security;
using DragonflyFlow.Pipeline.Shards;

namespace DragonflyFlow.Pipeline.Commands.Connection;

/// <summary>CLIENT LIST and CLIENT KILL: the clients that fit a filter.</summary>
internal static class ClientQueries
{
    public static void List(ref CommandCall call)
    {
        HashSet<long>? ids = null;
        ClientType? type = null;
        if (call.Count > 2)
        {
            if (call.Args.Is(2, "TYPE") && call.Count == 4)
            {
                if (!TryType(ref call, 3, out type))
                    return;
            }
            else if (!call.Args.Is(2, "ID") || call.Count < 4)
            {
                call.Reply.Error(Errors.Syntax);
                return;
            }
            else if (!TryIds(ref call, out ids))
            {
                return;
            }
        }

        StringBuilder text = new();
        long nowMs = call.Engine.NowMs();
        foreach (ClientContext client in call.Engine.Clients.Snapshot())
        {
            if ((type is null || TypeOf(client) == type) && (ids is null || ids.Contains(client.Id)))
                text.Append(Line(client, nowMs)).Append('\n');
        }

        call.Reply.Verbatim("txt", Encoding.UTF8.GetBytes(text.ToString()));
    }

    public static void Kill(ref CommandCall call)
    {
        if (call.Count == 3)
        {
            KillAddress(ref call);
            return;
        }

        Filter filter = new() { SkipMe = true };
        for (int i = 2; i < call.Count; i += 2)
        {
            if (i + 1 >= call.Count)
            {
                call.Reply.Error(Errors.Syntax);
                return;
            }

            if (!TryFilter(ref call, i, filter))
                return;
        }

        int killed = 0;
        foreach (ClientContext client in call.Engine.Clients.Snapshot())
        {
            if (!filter.Fits(client, call.Client))
                continue;
            End(client, call.Client);
            killed++;
        }

        call.Reply.Integer(killed);
    }

    /// <summary>One line of CLIENT LIST, with the fields of Redis 7.2 that mean something here.</summary>
    public static string Line(ClientContext client, long nowMs) => string.Create(
        CultureInfo.InvariantCulture,
        $"id={client.Id} addr={client.Address} laddr={client.LocalAddress} fd=0 name={client.Name} age={(nowMs - client.CreatedAtMs) / 1000} idle={(nowMs - client.LastActiveMs) / 1000} flags={Flags(client)} db={client.Database} sub={client.Session.Subscriptions.Channels} psub={client.Session.Subscriptions.Patterns} ssub={client.Session.Subscriptions.ShardChannels} multi={client.Session.Queue?.Count ?? -1} watch={client.Session.Watched?.Count ?? 0} qbuf=0 qbuf-free=0 argv-mem=0 multi-mem={client.Session.Queue?.Bytes ?? 0} rbs=0 rbp=0 obl=0 oll=0 omem=0 tot-mem=0 events=r cmd={client.LastCommand} user={client.User.Name} redir={client.Tracking?.Options.Redirect ?? -1} resp={(client.Resp3 ? 3 : 2)} lib-name={client.LibraryName} lib-ver={client.LibraryVersion}");

    // Letters and order of Redis's catClientInfoString.
    private static string Flags(ClientContext client)
    {
        StringBuilder flags = new();
        Add(client.Session.IsMonitor, 'O');
        Add(client.Session.Subscriptions.Any, 'P');
        Add(client.Session.Queue is not null, 'x');
        Add(client.Session.IsBlocked, 'b');
        Add(client.Tracking is not null, 't');
        Add(client.Tracking is { IsRedirectBroken: true }, 'R');
        Add(client.Tracking is { Options.IsBroadcast: true }, 'B');
        Add(client.Session.Watched is { IsDirty: true }, 'd');
        Add(client.CloseAfterReply, 'c');
        Add(client.NoEvict, 'e');
        Add(client.NoTouch, 'T');
        return flags.Length == 0 ? "N" : flags.ToString();

        void Add(bool isSet, char letter)
        {
            if (isSet)
                flags.Append(letter);
        }
    }

    private static void KillAddress(ref CommandCall call)
    {
        string address = Words.Text(call.Args[2]);
        foreach (ClientContext client in call.Engine.Clients.Snapshot())
        {
            if (client.Address != address)
                continue;
            End(client, call.Client);
            call.Reply.Ok();
            return;
        }

        call.Reply.Error("ERR No such client");
    }

    // A client that kills itself still gets its answer.
    private static void End(ClientContext client, ClientContext caller)
    {
        if (ReferenceEquals(client, caller))
            client.CloseAfterReply = true;
        else
            client.Session.Owner.Kill("CLIENT KILL");
    }

    private static bool TryFilter(ref CommandCall call, int at, Filter filter)
    {
        if (call.Args.Is(at, "ID"))
        {
            if (!call.TryInteger(at + 1, out long id, "ERR client-id should be greater than 0"))
                return false;
            if (id <= 0)
            {
                call.Reply.Error("ERR client-id should be greater than 0");
                return false;
            }

            filter.Id = id;
        }
        else if (call.Args.Is(at, "ADDR"))
        {
            filter.Address = Words.Text(call.Args[at + 1]);
        }
        else if (call.Args.Is(at, "LADDR"))
        {
            filter.LocalAddress = Words.Text(call.Args[at + 1]);
        }
        else if (call.Args.Is(at, "TYPE"))
        {
            if (!TryType(ref call, at + 1, out ClientType? type))
                return false;
            filter.Type = type;
        }
        else if (call.Args.Is(at, "USER"))
        {
            filter.User = call.Engine.Users.Find(AclText.Of(call.Args[at + 1]));
            if (filter.User is null)
            {
                AclText.Error(call.Reply, $"ERR No such user '{AclText.Of(call.Args[at + 1])}'");
                return false;
            }
        }
        else if (call.Args.Is(at, "SKIPME") && (call.Args.Is(at + 1, "YES") || call.Args.Is(at + 1, "NO")))
        {
            filter.SkipMe = call.Args.Is(at + 1, "YES");
        }
        else
        {
            call.Reply.Error(Errors.Syntax);
            return false;
        }

        return true;
    }

    // Nobody replicates: no client is a master or a replica.
    private static ClientType TypeOf(ClientContext client) => client.Session.Subscriptions.Any ? ClientType.PubSub : ClientType.Normal;

    private static bool TryType(ref CommandCall call, int index, out ClientType? type)
    {
        type = call.Args.Is(index, "NORMAL") ? ClientType.Normal
            : call.Args.Is(index, "PUBSUB") ? ClientType.PubSub
            : call.Args.Is(index, "MASTER") ? ClientType.Master
            : call.Args.Is(index, "REPLICA") || call.Args.Is(index, "SLAVE") ? ClientType.Replica
            : null;
        if (type is not null)
            return true;
        call.Reply.Error($"ERR Unknown client type '{Words.Text(call.Args[index])}'");
        return false;
    }

    private static bool TryIds(ref CommandCall call, out HashSet<long> ids)
    {
        ids = [];
        for (int i = 3; i < call.Count; i++)
        {
            if (!call.TryInteger(i, out long id, "ERR Invalid client ID"))
                return false;
            ids.Add(id);
        }

        return true;
    }

    private sealed class Filter
    {
        public long Id { get; set; }

        public string? Address { get; set; }

        public string? LocalAddress { get; set; }

        public bool SkipMe { get; set; }

        public ClientType? Type { get; set; }

        public AclUser? User { get; set; }

        public bool Fits(ClientContext client, ClientContext caller)
            => (Type is null || TypeOf(client) == Type)
                && (User is null || client.User == User)
                && (Id == 0 || client.Id == Id)
                && (Address is null || client.Address == Address)
                && (LocalAddress is null || client.LocalAddress == LocalAddress)
                && (!SkipMe || !ReferenceEquals(client, caller));
    }
}
