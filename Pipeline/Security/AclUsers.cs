// Any thread. Users are looked up without a lock in a map that is replaced as a whole; every change is made under _change.

using System.Collections.Immutable;
using System.Text;
using DragonflyFlow.Pipeline.Configuration;
using DragonflyFlow.Pipeline.PubSub;
using DragonflyFlow.Pipeline.Shards;

namespace DragonflyFlow.Pipeline.Security;

/// <summary>All users, of whom "default" is always there: who does not say who he is, is that one.</summary>
internal sealed class AclUsers
{
    /// <summary>The name of the user that is always there.</summary>
    public const string DefaultName = "default";

    private readonly Lock _change = new();
    private readonly StoreEngine _engine;
    private volatile ImmutableSortedDictionary<string, AclUser> _users = ImmutableSortedDictionary.Create<string, AclUser>(StringComparer.Ordinal);

    /// <summary>The default user alone, who may do everything without a password.</summary>
    public AclUsers(StoreEngine engine)
    {
        _engine = engine;
        Default = new AclUser(DefaultName, DefaultRules(password: ""));
        _users = _users.Add(DefaultName, Default);
    }

    /// <summary>The user of clients that have not said who they are.</summary>
    public AclUser Default { get; }

    /// <summary>All users by name.</summary>
    public IEnumerable<AclUser> All => _users.Values;

    /// <summary>Whether users get all channels at first (acl-pubsub-default).</summary>
    public bool AllowsAllChannels { get; set; }

    /// <summary>A user by name; null if there is none.</summary>
    public AclUser? Find(string name) => _users.GetValueOrDefault(name);

    /// <summary>The user whom this name and password let in; null if there is none.</summary>
    public AclUser? Authenticate(ReadOnlySpan<byte> name, ReadOnlySpan<byte> password) => Find(AclText.Of(name)) is { } user && user.Accepts(password) ? user : null;

    /// <summary>The option requirepass: the default user's one password, or none.</summary>
    public void SetDefaultPassword(string password) => Change(DefaultName, ["resetpass", PasswordRule(password)]);

    /// <summary>
    /// ACL SETUSER: makes the user or changes him, by all of the words or, if one is wrong, by none. Clients that listen to what he may not hear any more are
    /// disconnected. Gives the word that is wrong and what is wrong with it.
    /// </summary>
    public (string Rule, string Problem)? Change(string name, IEnumerable<string> rules)
    {
        lock (_change)
        {
            AclUser? user = Find(name);
            if (TryApply(user?.Rules, rules, out AclRules made) is { } wrong)
                return wrong;
            if (user is null)
                _users = _users.Add(name, new AclUser(name, made));
            else
                Replace(user, made);
            return null;
        }
    }

    /// <summary>ACL DELUSER: his clients are disconnected, <paramref name="caller"/> when it has its answer. False: there is no such user.</summary>
    public bool Remove(string name, ClientContext? caller = null)
    {
        lock (_change)
        {
            if (Find(name) is not { } user)
                return false;
            _users = _users.Remove(name);
            Expel(user, caller);
            return true;
        }
    }

    /// <summary>
    /// ACL LOAD: these users and no others; a default user that is not among them is as at the start, with the password of requirepass. Clients of users that are gone or have changed are
    /// disconnected, save those of the default user.
    /// </summary>
    public void Load(IReadOnlyDictionary<string, AclRules> users)
    {
        lock (_change)
        {
            foreach (AclUser user in All)
            {
                if (user != Default && (!users.TryGetValue(user.Name, out AclRules? rules) || rules.ToString() != user.Rules.ToString()))
                {
                    _users = _users.Remove(user.Name);
                    Expel(user);
                }
            }

            Replace(Default, users.GetValueOrDefault(DefaultName) ?? DefaultRules(_engine.Config.Get(StoreOptions.RequirePass)));
            foreach ((string name, AclRules rules) in users)
            {
                if (Find(name) is null)
                    _users = _users.Add(name, new AclUser(name, rules));
            }
        }
    }

    /// <summary>Applies words to rules without giving them to anybody; the word that is wrong and what is wrong with it, or null.</summary>
    public (string Rule, string Problem)? TryApply(AclRules? from, IEnumerable<string> rules, out AclRules made)
    {
        AclRulesDraft draft = new(_engine.Commands, from, AllowsAllChannels);
        made = from!;
        foreach (string rule in rules)
        {
            if (draft.Apply(rule) is { } problem)
                return (rule, problem);
        }

        made = draft.Build();
        return null;
    }

    private AclRules DefaultRules(string password) => Apply(null, ["+@all", "~*", "&*", "on", PasswordRule(password)]);

    private static string PasswordRule(string password) => password.Length == 0 ? "nopass" : "#" + AclText.Hash(Encoding.UTF8.GetBytes(password));

    private AclRules Apply(AclRules? from, IEnumerable<string> rules)
        => TryApply(from, rules, out AclRules made) is { } wrong ? throw new InvalidOperationException($"'{wrong.Rule}': {wrong.Problem}") : made;

    private void Replace(AclUser user, AclRules rules)
    {
        user.Rules = rules;
        Silence(user, _engine.PubSub.Channels, isPattern: false);
        Silence(user, _engine.PubSub.ShardChannels, isPattern: false);
        Silence(user, _engine.PubSub.Patterns, isPattern: true);
    }

    // Who listens to what he may not hear any more has to come again.
    private static void Silence(AclUser user, SubscriberTable table, bool isPattern)
    {
        foreach ((byte[] name, Session[] sessions) in table.All)
        {
            if (user.Rules.AllowsChannel(name, isPattern))
                continue;
            foreach (Session session in sessions)
            {
                if (session.Client.User == user)
                    session.Owner.Kill("ACL SETUSER");
            }
        }
    }

    // What he sends until his connections are closed finds him without rights.
    private void Expel(AclUser user, ClientContext? caller = null)
    {
        user.Rules = Apply(null, []);
        foreach (ClientContext client in _engine.Clients.Snapshot())
        {
            if (client.User != user)
                continue;
            if (client == caller)
                client.CloseAfterReply = true;
            else
                client.Session.Owner.Kill("ACL DELUSER");
        }
    }
}
