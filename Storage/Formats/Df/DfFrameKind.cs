namespace DragonflyFlow.Storage.Formats.Df;

/// <summary>What a frame of a file of our own format holds: the type of the MessagePack extension that it is.</summary>
public enum DfFrameKind : byte
{
    /// <summary>The beginning: what the file is, and of which set.</summary>
    Header = 1,

    /// <summary>A name and a text about the set; readers pass over names that they do not know.</summary>
    About = 2,

    /// <summary>The source of a library of functions.</summary>
    Library = 3,

    /// <summary>A file of the set, with what it must be: stands in the manifest.</summary>
    File = 4,

    /// <summary>Records, compressed or not.</summary>
    Block = 5,

    /// <summary>The end: counts and the checksum of all bytes before it.</summary>
    End = 6,
}
