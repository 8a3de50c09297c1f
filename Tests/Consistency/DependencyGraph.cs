namespace DragonflyFlow.Tests.Consistency;

/// <summary>Directed edges with a name between numbered nodes, and a circle among them if there is one (Tarjan's components, without recursion).</summary>
internal sealed class DependencyGraph(int nodes)
{
    private readonly List<(int To, string Why)>[] _edges = [.. Enumerable.Range(0, nodes).Select(_ => new List<(int, string)>())];

    /// <summary>One comes before the other.</summary>
    internal void Add(int from, int to, string why)
    {
        if (from != to)
            _edges[from].Add((to, why));
    }

    /// <summary>A shortest circle in the first component that has one: each node with the edge that leads on; empty if there is none.</summary>
    internal IReadOnlyList<(int Node, string Why)> FindCircle()
    {
        foreach (HashSet<int> component in Components())
        {
            if (component.Count > 1)
                return CircleIn(component);
        }

        return [];
    }

    private IEnumerable<HashSet<int>> Components()
    {
        int[] number = new int[_edges.Length];
        int[] low = new int[_edges.Length];
        bool[] onStack = new bool[_edges.Length];
        Stack<int> stack = new();
        Stack<(int Node, int Edge)> calls = new();
        int next = 1;
        for (int root = 0; root < _edges.Length; root++)
        {
            if (number[root] == 0)
                calls.Push((root, 0));
            while (calls.TryPop(out (int Node, int Edge) call))
            {
                (int node, int edge) = call;
                if (edge == 0)
                {
                    number[node] = low[node] = next++;
                    stack.Push(node);
                    onStack[node] = true;
                }
                else
                {
                    low[node] = Math.Min(low[node], low[_edges[node][edge - 1].To]);
                }

                while (edge < _edges[node].Count && number[_edges[node][edge].To] != 0)
                {
                    if (onStack[_edges[node][edge].To])
                        low[node] = Math.Min(low[node], number[_edges[node][edge].To]);
                    edge++;
                }

                if (edge < _edges[node].Count)
                {
                    calls.Push((node, edge + 1));
                    calls.Push((_edges[node][edge].To, 0));
                }
                else if (low[node] == number[node])
                {
                    yield return PopComponent(stack, onStack, node);
                }
            }
        }
    }

    private static HashSet<int> PopComponent(Stack<int> stack, bool[] onStack, int root)
    {
        HashSet<int> component = [];
        int node;
        do
        {
            node = stack.Pop();
            onStack[node] = false;
            component.Add(node);
        }
        while (node != root);
        return component;
    }

    // The shortest way from a node back to itself, breadth first, within the component.
    private List<(int Node, string Why)> CircleIn(HashSet<int> component)
    {
        int start = component.Min();
        Dictionary<int, (int From, string Why)> cameFrom = [];
        Queue<int> next = new([start]);
        while (!cameFrom.ContainsKey(start))
        {
            int node = next.Dequeue();
            foreach ((int to, string why) in _edges[node])
            {
                if (component.Contains(to) && cameFrom.TryAdd(to, (node, why)))
                    next.Enqueue(to);
            }
        }

        List<(int, string)> circle = [];
        int at = start;
        do
        {
            (int from, string why) = cameFrom[at];
            circle.Add((from, why));
            at = from;
        }
        while (at != start);
        circle.Reverse();
        return circle;
    }
}
