using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.Geo;

/// <summary>Which of the search commands is read: what it takes differs.</summary>
internal enum GeoSearchForm
{
    /// <summary>GEORADIUS, GEORADIUS_RO: longitude, latitude, radius, unit.</summary>
    Radius,

    /// <summary>GEORADIUSBYMEMBER and its _RO: member, radius, unit.</summary>
    RadiusByMember,

    /// <summary>GEOSEARCH.</summary>
    Search,

    /// <summary>GEOSEARCHSTORE.</summary>
    SearchStore,
}

/// <summary>
/// What GEOSEARCH, GEOSEARCHSTORE, GEORADIUS and GEORADIUSBYMEMBER ask for, as it is read word by word. The set is needed on the way: a member may say
/// where the middle is.
/// </summary>
internal ref struct GeoSearchOptions(GeoSearchForm form, bool mayStore)
{
    private GeoPoint _center;
    private bool _fromMember;
    private bool _fromPoint;
    private bool _any;
    private double _width;
    private double _height;
    private double? _radius;
    private bool _isBox;

    /// <summary>Index of the destination key; 0 = the result is the reply.</summary>
    public int StoreKey { get; private set; } = form == GeoSearchForm.SearchStore ? 1 : 0;

    /// <summary>Whether scores of what is stored are distances instead of cells.</summary>
    public bool StoresDistance { get; private set; }

    public bool WithDistance { get; private set; }

    public bool WithHash { get; private set; }

    public bool WithPoint { get; private set; }

    /// <summary>1 = nearest first, -1 = farthest first, 0 = as they are found.</summary>
    public int Order { get; private set; }

    /// <summary>Members at most; 0 = all.</summary>
    public long Count { get; private set; }

    /// <summary>Metres of the unit that distances are given in.</summary>
    public double Unit { get; private set; } = 1;

    /// <summary>Members after which the search may end; 0 = it must find all.</summary>
    public readonly long SearchLimit => _any ? Count : 0;

    public readonly GeoShape Shape => _isBox ? GeoShape.Box(_center, _width * Unit, _height * Unit) : GeoShape.Circle(_center, (_radius ?? 0) * Unit);

    private readonly bool IsSearch => form is GeoSearchForm.Search or GeoSearchForm.SearchStore;

    /// <summary>Reads all arguments; false with Redis's error written. <paramref name="set"/> is the default value if there is none.</summary>
    public bool TryRead(ref CommandCall call, scoped in RecordSortedSet set, bool exists)
    {
        int first;
        switch (form)
        {
            case GeoSearchForm.Radius:
                first = 6;
                if (!GeoArguments.TryPoint(ref call, 2, out _center) || !TryRadius(ref call, 4))
                    return false;
                break;
            case GeoSearchForm.RadiusByMember:
                first = 5;
                if (exists && (!TryMember(ref call, set, exists, 2) || !TryRadius(ref call, 3)))
                    return false;
                break;
            default:
                first = form == GeoSearchForm.Search ? 2 : 3;
                break;
        }

        for (int i = first; i < call.Count; i++)
        {
            if (!TryOption(ref call, set, exists, ref i))
                return false;
        }

        return IsComplete(ref call);
    }

    private bool TryOption(ref CommandCall call, scoped in RecordSortedSet set, bool exists, ref int at)
    {
        int left = call.Count - at - 1;
        if (call.Args.Is(at, "WITHDIST"))
            return WithDistance = true;
        if (call.Args.Is(at, "WITHHASH"))
            return WithHash = true;
        if (call.Args.Is(at, "WITHCOORD"))
            return WithPoint = true;
        if (call.Args.Is(at, "ANY"))
            return _any = true;
        if (call.Args.Is(at, "ASC") || call.Args.Is(at, "DESC"))
        {
            Order = call.Args.Is(at, "ASC") ? 1 : -1;
            return true;
        }

        if (call.Args.Is(at, "COUNT") && left >= 1)
            return TryCount(ref call, ++at);
        if (IsSearch ? TrySearchOption(ref call, set, exists, ref at, left, out bool valid) : TryStoreOption(ref call, ref at, left, out valid))
            return valid;
        call.Reply.Error(Errors.Syntax);
        return false;
    }

    // Returns whether the word is an option; what is wrong with it has been said then.
    private bool TrySearchOption(ref CommandCall call, scoped in RecordSortedSet set, bool exists, ref int at, int left, out bool valid)
    {
        int index = at + 1;
        valid = true;
        if (call.Args.Is(at, "FROMMEMBER") && left >= 1 && !_fromPoint)
        {
            at++;
            _fromMember = true;
            valid = !exists || TryMember(ref call, set, exists, index);
        }
        else if (call.Args.Is(at, "FROMLONLAT") && left >= 2 && !_fromMember)
        {
            at += 2;
            _fromPoint = true;
            valid = GeoArguments.TryPoint(ref call, index, out _center);
        }
        else if (call.Args.Is(at, "BYRADIUS") && left >= 2 && !_isBox)
        {
            at += 2;
            valid = TryRadius(ref call, index);
        }
        else if (call.Args.Is(at, "BYBOX") && left >= 3 && _radius is null)
        {
            at += 3;
            valid = TryBox(ref call, index);
        }
        else if (form == GeoSearchForm.SearchStore && call.Args.Is(at, "STOREDIST"))
        {
            StoresDistance = true;
        }
        else
        {
            return false;
        }

        return true;
    }

    private bool TryStoreOption(ref CommandCall call, ref int at, int left, out bool valid)
    {
        valid = true;
        bool distance = call.Args.Is(at, "STOREDIST");
        if (!mayStore || left < 1 || !(distance || call.Args.Is(at, "STORE")))
            return false;
        StoreKey = ++at;
        StoresDistance = distance;
        return true;
    }

    private bool IsComplete(ref CommandCall call)
    {
        string? error = null;
        string name = Words.Text(call.Args[0]);
        if (StoreKey != 0 && (WithDistance || WithHash || WithPoint))
            error = $"ERR {(IsSearch ? "GEOSEARCHSTORE" : "STORE option in GEORADIUS")} is not compatible with WITHDIST, WITHHASH and WITHCOORD options";
        else if (IsSearch && !_fromMember && !_fromPoint)
            error = $"ERR exactly one of FROMMEMBER or FROMLONLAT can be specified for {name}";
        else if (IsSearch && _radius is null && !_isBox)
            error = $"ERR exactly one of BYRADIUS and BYBOX can be specified for {name}";
        else if (_any && Count == 0)
            error = "ERR the ANY argument requires COUNT argument";
        if (error is not null)
            call.Reply.Error(error);
        else if (Count != 0 && Order == 0 && !_any)
            Order = 1; // So many, and not the nearest, would be no question.
        return error is null;
    }

    private bool TryCount(ref CommandCall call, int index)
    {
        if (!call.TryInteger(index, out long count))
            return false;
        Count = count;
        if (count > 0)
            return true;
        call.Reply.Error("ERR COUNT must be > 0");
        return false;
    }

    private bool TryMember(ref CommandCall call, scoped in RecordSortedSet set, bool exists, int index)
    {
        SortedSetPlace place = exists ? set.Find(call.Args[index]) : default;
        if (!place.Exists)
        {
            call.Reply.Error("ERR could not decode requested zset member");
            return false;
        }

        _center = GeoCell.OfScore(place.Score).Bounds().Middle;
        return true;
    }

    private bool TryRadius(ref CommandCall call, int index)
    {
        bool valid = GeoArguments.TryRadius(ref call, index, out double radius, out double unit);
        _radius = radius;
        Unit = unit;
        return valid;
    }

    private bool TryBox(ref CommandCall call, int index)
    {
        bool valid = GeoArguments.TryBox(ref call, index, out _width, out _height, out double unit);
        _isBox = true;
        Unit = unit;
        return valid;
    }
}
