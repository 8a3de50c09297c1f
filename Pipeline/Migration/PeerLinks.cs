// Concurrency rule: _lock guards the list and whether it was cut. Cut may come at any time from any thread and latches: a link that is opened afterwards is cut at once.

using DragonflyFlow.Pipeline.Configuration;
using DragonflyFlow.Pipeline.Peers;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Pipeline.Migration;

/// <summary>All links of one round to its target: opened one by one, cut together, closed together when nothing is under way on them.</summary>
internal sealed class PeerLinks(StoreEngine engine, IPeerNetwork network, string host, int port, TimeSpan deadline)
{
    private readonly Lock _lock = new();
    private readonly List<IPeerLink> _links = [];
    private bool _isCut;

    /// <summary>Opens a link and gives the password, if the options have one.</summary>
    /// <exception cref="IOException">It cannot be opened, or all were cut.</exception>
    /// <exception cref="TimeoutException">The target does not answer.</exception>
    public async Task<(IPeerLink Link, PeerConversation Conversation)> OpenAsync()
    {
        ThrowIfCut();
        IPeerLink link = await network.ConnectAsync(host, port, deadline);
        lock (_lock)
        {
            _links.Add(link);
            if (_isCut)
                link.Abort();
        }

        ThrowIfCut();
        PeerConversation conversation = new(link, engine.Time);
        string password = engine.Config.Get(StoreOptions.MasterAuth);
        if (password.Length > 0)
        {
            string user = engine.Config.Get(StoreOptions.MasterUser);
            RespValue reply = await conversation.AskAsync(user.Length > 0 ? ["AUTH", user, password] : ["AUTH", password], deadline);
            if (reply.IsError)
                throw new MigrationException($"the target refuses the password: {reply.Text}");
        }

        return (link, conversation);
    }

    /// <summary>Cuts all links, those too that are still to come.</summary>
    public void Cut()
    {
        IPeerLink[] links;
        lock (_lock)
        {
            _isCut = true;
            links = [.. _links];
        }

        foreach (IPeerLink link in links)
            link.Abort();
    }

    /// <summary>Closes all links, when nothing is under way on them any more.</summary>
    public async Task CloseAsync()
    {
        Cut();
        foreach (IPeerLink link in _links)
            await link.DisposeAsync();
    }

    private void ThrowIfCut()
    {
        lock (_lock)
        {
            if (_isCut)
                throw new IOException("the links were cut");
        }
    }
}
