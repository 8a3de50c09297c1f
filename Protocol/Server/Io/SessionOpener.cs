using DragonflyFlow.Pipeline.Shards;

namespace DragonflyFlow.Protocol.Server.Io;

/// <summary>Opens the session of a new connection.</summary>
internal delegate ISession SessionOpener(ISessionOwner owner, SessionPeer peer);
