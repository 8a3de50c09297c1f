using DragonflyFlow.Pipeline.Security;
using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Pipeline.Commands.Server;

/// <summary>ACL SETUSER, GETUSER, DELUSER, LIST, USERS and DRYRUN: the users and their rules.</summary>
internal static class AclUserCommands
{
    public static void Set(ref CommandCall call)
    {
        string name = AclText.Of(call.Args[2]);
        if (AclText.HasSpaces(name))
        {
            call.Reply.Error("ERR Usernames can't contain spaces or null characters");
            return;
        }

        List<string> words = [];
        for (int i = 3; i < call.Count; i++)
            words.Add(AclText.Of(call.Args[i]));
        if (!AclRulesDraft.TryMerge(words, out List<string> rules, out string unmatched))
            AclText.Error(call.Reply, $"ERR Unmatched parenthesis in acl selector starting at '{unmatched}'.");
        else if (call.Engine.Users.Change(name, rules) is { } wrong)
            AclText.Error(call.Reply, $"ERR Error in ACL SETUSER modifier '{wrong.Rule}': {wrong.Problem}");
        else
            call.Reply.Ok();
    }

    public static void Delete(ref CommandCall call)
    {
        for (int i = 2; i < call.Count; i++)
        {
            if (AclText.Of(call.Args[i]) != AclUsers.DefaultName)
                continue;
            call.Reply.Error("ERR The 'default' user cannot be removed");
            return;
        }

        int deleted = 0;
        for (int i = 2; i < call.Count; i++)
            deleted += call.Engine.Users.Remove(AclText.Of(call.Args[i]), call.Client) ? 1 : 0;
        call.Reply.Integer(deleted);
    }

    public static void Get(ref CommandCall call)
    {
        if (call.Engine.Users.Find(AclText.Of(call.Args[2])) is not { } user)
        {
            call.Reply.Null();
            return;
        }

        AclRules rules = user.Rules;
        string[] flags = [.. rules.Flags];
        call.Reply.Map(6);
        call.Reply.Bulk("flags");
        call.Reply.Set(flags.Length);
        foreach (string flag in flags)
            call.Reply.Bulk(flag);
        call.Reply.Bulk("passwords");
        WriteList(call.Reply, rules.Passwords);
        WriteSelector(call.Reply, rules.Root);
        call.Reply.Bulk("selectors");
        call.Reply.Array(rules.Selectors.Count);
        foreach (AclSelector selector in rules.Selectors)
        {
            call.Reply.Map(3);
            WriteSelector(call.Reply, selector);
        }
    }

    public static void List(ref CommandCall call) => WriteList(call.Reply, [.. call.Engine.Users.All.Select(user => user.ToString())]);

    public static void Names(ref CommandCall call) => WriteList(call.Reply, [.. call.Engine.Users.All.Select(user => user.Name)]);

    public static void DryRun(ref CommandCall call)
    {
        if (call.Engine.Users.Find(AclText.Of(call.Args[2])) is not { } user)
        {
            AclText.Error(call.Reply, $"ERR User '{AclText.Of(call.Args[2])}' not found");
            return;
        }

        ArgView args = call.Args.From(3);
        CommandDescriptor? command = call.Engine.Commands.Find(args[0]);
        if (command is { Subcommands.Count: > 0 } && args.Count > 1)
            command = command.FindSubcommand(args[1]);
        if (command is null)
        {
            AclText.Error(call.Reply, $"ERR Command '{AclText.Of(args[0])}' not found");
            return;
        }

        if (!command.AcceptsCount(args.Count))
        {
            call.Reply.Error(Errors.WrongArity(command.FullName));
            return;
        }

        AclDenial denial = new AclGate(call.Engine).Peek(command, args, user);
        if (denial.IsDenied)
            AclText.Bulk(call.Reply, denial.Explain(user, command, args, names: true));
        else
            call.Reply.Ok();
    }

    private static void WriteSelector(ReplyBuffer reply, AclSelector selector)
    {
        reply.Bulk("commands");
        AclText.Bulk(reply, selector.Commands.Text);
        reply.Bulk("keys");
        AclText.Bulk(reply, selector.KeysText);
        reply.Bulk("channels");
        AclText.Bulk(reply, selector.ChannelsText);
    }

    private static void WriteList(ReplyBuffer reply, IReadOnlyCollection<string> words)
    {
        reply.Array(words.Count);
        foreach (string word in words)
            AclText.Bulk(reply, word);
    }
}
