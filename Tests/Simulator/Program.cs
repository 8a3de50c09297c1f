using DragonflyFlow.Tests.Simulator;

return CommandLine.Run(args);
