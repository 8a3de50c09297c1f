namespace DragonflyFlow.Storage.Values;

/// <summary>What becomes of the scores of a member that several sorted sets have (AGGREGATE).</summary>
public enum ScoreAggregate
{
    /// <summary>They are added up; infinities that cancel out make 0.</summary>
    Sum,

    /// <summary>The lowest.</summary>
    Min,

    /// <summary>The highest.</summary>
    Max,
}
