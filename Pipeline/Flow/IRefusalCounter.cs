namespace DragonflyFlow.Pipeline.Flow;

/// <summary>A block whose ledger also counts what was turned away at its door.</summary>
internal interface IRefusalCounter
{
    void CountRefusal();
}
