// Who watches the blocks. Each block's end is noted here once, and from here completion goes on: an arrow is crossed when all sources have ended.

namespace DragonflyFlow.Pipeline.Flow;

public sealed partial class FlowGraph
{
    private async Task SuperviseAsync(FlowNode node)
    {
        FlowFaultException? fault = null;
        try
        {
            await node.Block.Completion;
        }
        catch (Exception thrown)
        {
            fault = Settings.Completion.FaultOf(node.Name, thrown);
        }

        NoteEnd(node, fault);
    }

    private void NoteEnd(FlowNode node, FlowFaultException? fault)
    {
        List<FlowNode> followers;
        FlowNode[] siblings = [];
        bool stopping;
        lock (_lock)
        {
            node.HasEnded = true;
            stopping = node.IsStopping;
            if (fault is not null)
            {
                node.MarkFault(fault);
                node.Scope.FirstFault ??= fault;
                if (node.Scope.IsTransient)
                    siblings = [.. node.Scope.Members.Where(sibling => !sibling.HasEnded)];
                foreach (FlowNode downstream in _nodes.Where(other => other.Upstreams.Contains(node)))
                    downstream.FirstUpstreamFault ??= fault;
            }

            followers = [.. _nodes.Where(other => other.Upstreams.Contains(node) && MayFollow(other))];
        }

        if (fault is not null && node.Scope.IsTransient)
            Log.OperationFaulted(node.Name, fault);
        else if (fault is not null)
            Log.BlockFaulted(node.Name, fault);
        foreach (FlowNode sibling in siblings)
            sibling.Abandon(fault!);
        foreach (FlowNode follower in followers)
            follower.CompleteAfterUpstreams(follower.FirstUpstreamFault);
        if (node.Scope.IsTransient)
            EndIfAllEnded(node.Scope);
        else if (fault is not null && !stopping)
            _firstFault.TrySetResult(fault);
    }

    // Blocks of the permanent scope wait for the plan; those of an operation follow by themselves.
    private bool MayFollow(FlowNode node) =>
        node.Scope is { IsTransient: true, IsSealed: true } && !node.HasEnded && node.Upstreams.Count > 0 && Settings.Completion.MayFollow(node.Upstreams);

    private void Seal(FlowScope scope)
    {
        FlowNode[] followers;
        FlowNode[] alive;
        FlowFaultException? fault;
        lock (_lock)
        {
            scope.IsSealed = true;
            fault = scope.FirstFault;
            followers = [.. scope.Members.Where(MayFollow)];
            alive = [.. scope.Members.Where(node => !node.HasEnded)];
        }

        if (fault is not null)
        {
            foreach (FlowNode node in alive)
                node.Abandon(fault);
        }

        foreach (FlowNode follower in followers)
            follower.CompleteAfterUpstreams(follower.FirstUpstreamFault ?? follower.Upstreams.Select(upstream => upstream.Fault).FirstOrDefault(known => known is not null));
        EndIfAllEnded(scope);
    }

    private void EndIfAllEnded(FlowScope scope)
    {
        lock (_lock)
        {
            if (!scope.IsSealed || scope.HasLeft || !scope.Members.TrueForAll(node => node.HasEnded))
                return;
            Forget(scope);
        }

        if (scope.FirstFault is { } fault)
            scope.Ending.TrySetException(fault);
        else
            scope.Ending.TrySetResult();
    }

    private void Remove(FlowScope scope, Exception cause)
    {
        FlowNode[] made;
        lock (_lock)
        {
            scope.IsSealed = true;
            made = [.. scope.Members];
            Forget(scope);
        }

        foreach (FlowNode node in made)
            node.Abandon(cause);
    }

    private void Forget(FlowScope scope)
    {
        scope.HasLeft = true;
        foreach (FlowNode node in scope.Members)
        {
            _nodes.Remove(node);
            _byBlock.Remove(node.Block);
            _names.Remove(node.Name);
        }
    }
}
