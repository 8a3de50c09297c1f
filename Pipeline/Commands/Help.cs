namespace DragonflyFlow.Pipeline.Commands;

/// <summary>HELP of a container, from the summaries of its subcommands.</summary>
internal static class Help
{
    public static void ForContainer(ref CommandCall call)
    {
        string name = call.Descriptor.FullName[..call.Descriptor.FullName.IndexOf('|', StringComparison.Ordinal)];
        CommandDescriptor container = call.Engine.Commands.Find(System.Text.Encoding.ASCII.GetBytes(name))!;
        call.Reply.Array(1 + (container.Subcommands.Count * 2));
        call.Reply.Simple($"{name.ToUpperInvariant()} <subcommand> [<arg> [value] [opt] ...]. Subcommands are:");
        foreach (CommandDescriptor sub in container.Subcommands)
        {
            call.Reply.Simple(sub.Name.ToUpperInvariant());
            call.Reply.Simple("    " + sub.Summary);
        }
    }
}
