using DragonflyFlow.Protocol.Server.Startup;

// The framework's socket engine reads these once, when the first socket is made: completions run on the thread that saw the event (performance.md 5.5).
Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");
return await EntryPoint.RunAsync(args, Console.Out, Console.Error);
