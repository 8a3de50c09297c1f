// Read by any thread; the rules are replaced as a whole, under the lock of AclUsers.

using System.Security.Cryptography;

namespace DragonflyFlow.Pipeline.Security;

/// <summary>Somebody who may be logged in. Clients hold the user, so that new rules reach them with their next command.</summary>
internal sealed class AclUser(string name, AclRules rules)
{
    private volatile AclRules _rules = rules;
    private volatile bool _isUnrestricted = IsFree(rules);

    /// <summary>The name, as text of bytes.</summary>
    public string Name => name;

    /// <summary>What the user is and may do now.</summary>
    public AclRules Rules
    {
        get => _rules;
        internal set
        {
            // In this order: whoever still reads "unrestricted" runs one command by the old rules, as if it had come before.
            _isUnrestricted = IsFree(value);
            _rules = value;
        }
    }

    /// <summary>Whether nothing is denied: all that the hot path looks at.</summary>
    public bool IsUnrestricted => _isUnrestricted;

    /// <summary>Whether clients of this user have to give a password.</summary>
    public bool NeedsPassword => Rules is not { IsOn: true, NeedsNoPassword: true };

    /// <summary>Whether one may come in with this password. Each is compared in constant time.</summary>
    public bool Accepts(ReadOnlySpan<byte> password)
    {
        AclRules now = Rules;
        if (!now.IsOn || now.NeedsNoPassword)
            return now.IsOn;
        byte[] given = AclText.Bytes(AclText.Hash(password));
        bool fits = false;
        foreach (string hash in now.Passwords)
            fits |= CryptographicOperations.FixedTimeEquals(given, AclText.Bytes(hash));
        return fits;
    }

    private static bool IsFree(AclRules rules) => rules.Root.AllowsAll;

    /// <summary>As a line of ACL LIST and of the ACL file.</summary>
    public override string ToString() => $"user {Name} {Rules}";
}
