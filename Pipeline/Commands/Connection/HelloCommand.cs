using DragonflyFlow.Pipeline.Security;

namespace DragonflyFlow.Pipeline.Commands.Connection;

/// <summary>HELLO [version [AUTH user password] [SETNAME name]] and AUTH: who the client is and how it is spoken to.</summary>
internal static class HelloCommand
{
    private const string WrongPassword = "WRONGPASS invalid username-password pair or user is disabled.";

    private static ReadOnlySpan<byte> DefaultUser => "default"u8;

    private const string HelloNeedsAuth =
        "NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO <proto> AUTH <user> <pass> option can be used to "
        + "authenticate the client and select the RESP protocol version at the same time";

    public static void Hello(ref CommandCall call)
    {
        long version = call.Client.Resp3 ? 3 : 2;
        if (call.Count > 1)
        {
            if (!call.TryInteger(1, out version, "ERR Protocol version is not an integer or out of range"))
                return;
            if (version is not (2 or 3))
            {
                call.Reply.Error("NOPROTO unsupported protocol version");
                return;
            }
        }

        if (!TryOptions(ref call, out int userAt, out string? name))
            return;
        if (userAt != 0 && !TryAuthenticate(ref call, call.Args[userAt], call.Args[userAt + 1]))
            return;
        if (!call.Client.Authenticated && call.Engine.NeedsPassword)
        {
            call.Reply.Error(HelloNeedsAuth);
            return;
        }

        if (name is not null)
            call.Client.Name = name;
        call.Client.Resp3 = version == 3;
        Answer(ref call, version);
    }

    public static void Auth(ref CommandCall call)
    {
        if (call.Count > 3)
        {
            call.Reply.Error(Errors.Syntax);
            return;
        }

        if (call.Count == 2 && call.Engine.Users.Default.Rules.NeedsNoPassword)
        {
            call.Reply.Error("ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?");
            return;
        }

        ReadOnlySpan<byte> user = call.Count == 3 ? call.Args[1] : DefaultUser;
        if (TryAuthenticate(ref call, user, call.Args[call.Count - 1]))
            call.Reply.Ok();
    }

    private static bool TryOptions(ref CommandCall call, out int userAt, out string? name)
    {
        userAt = 0;
        name = null;
        for (int i = 2; i < call.Count; i++)
        {
            if (call.Args.Is(i, "AUTH") && i + 2 < call.Count)
            {
                userAt = i + 1;
                i += 2;
            }
            else if (call.Args.Is(i, "SETNAME") && i + 1 < call.Count)
            {
                if (!ClientNames.TryRead(ref call, ++i, out name))
                    return false;
            }
            else
            {
                call.Reply.Error($"ERR Syntax error in HELLO option '{Words.Text(call.Args[i])}'");
                return false;
            }
        }

        return true;
    }

    private static bool TryAuthenticate(ref CommandCall call, ReadOnlySpan<byte> name, ReadOnlySpan<byte> password)
    {
        if (call.Engine.Users.Authenticate(name, password) is not { } user)
        {
            string where = call.IsNested ? AclGate.InMulti : AclGate.AtTopLevel;
            call.Engine.AclLog.Add(AclVerdict.Auth, where, AclText.Of(call.Args[0]), AclText.Of(name), call.Client);
            call.Reply.Error(WrongPassword);
            return false;
        }

        call.Client.User = user;
        call.Client.Authenticated = true;
        return true;
    }

    private static void Answer(ref CommandCall call, long version)
    {
        call.Reply.Resp3 = version == 3;
        call.Reply.Map(7);
        call.Reply.Bulk("server");
        call.Reply.Bulk("redis");
        call.Reply.Bulk("version");
        call.Reply.Bulk(Compatibility.RedisVersion);
        call.Reply.Bulk("proto");
        call.Reply.Integer(version);
        call.Reply.Bulk("id");
        call.Reply.Integer(call.Client.Id);
        call.Reply.Bulk("mode");
        call.Reply.Bulk(call.Engine.Cluster is null ? "standalone" : "cluster");
        call.Reply.Bulk("role");
        call.Reply.Bulk("master");
        call.Reply.Bulk("modules");
        call.Reply.Array(0);
    }
}
