namespace DragonflyFlow.Tests.Differential.Families;

/// <summary>
/// Commands on places. Distances are stored apart from places, and no other scores are: as cells they would all lie in one corner of the map, equally far from
/// everywhere, and which of them a COUNT leaves out is free.
/// </summary>
internal static class GeoFamily
{
    internal static ScriptFamily Script { get; } = new("geo", Lines, "zset", "GEOPOS", "<key>", "m0", "m1", "m2", "m3", "1", "2");

    private const string Lines = """
        GEOADD <zset> [NX|XX] [CH] <longitude> <latitude> <member>
        GEOADD <zset> (<longitude> <latitude> <member>)...
        GEOADD <zset> (<longitude> <latitude> <manymember>)*40
        GEOADD <zset> NX [XX] <longitude> <latitude> <member>
        GEODIST <zset> <member> <member> [<unit>]
        GEOHASH <zset> <member>...
        GEOPOS <zset> <member>...
        GEORADIUS <zset> <longitude> <latitude> <radius> <unit> [WITHCOORD] [WITHDIST] [WITHHASH] [ASC|DESC]
        GEORADIUS <zset> <longitude> <latitude> <radius> <unit> [WITHDIST] COUNT <count> [ASC|DESC] [STORE <zset>|STOREDIST <lex>]
        GEORADIUS_RO <zset> <longitude> <latitude> <radius> <unit> [WITHCOORD] [COUNT <count> [ANY]] [STORE <zset>]
        GEORADIUSBYMEMBER <zset> <member> <radius> <unit> [WITHCOORD] [WITHDIST] [WITHHASH] [ASC|DESC] [STORE <zset>]
        GEORADIUSBYMEMBER_RO <zset> <member> <radius> <unit> [WITHDIST] [COUNT <count> [ANY]]
        GEOSEARCH <zset> FROMLONLAT <longitude> <latitude> BYRADIUS <radius> <unit> [ASC|DESC] [WITHCOORD] [WITHDIST] [WITHHASH]
        GEOSEARCH <zset> FROMLONLAT <longitude> <latitude> BYBOX <radius> <radius> <unit> [ASC|DESC] [WITHCOORD] [WITHDIST] [WITHHASH]
        GEOSEARCH <zset> FROMMEMBER <member> BYBOX <radius> <radius> <unit> [ASC] [COUNT <count> [ANY]] [ANY]
        GEOSEARCH <zset> (FROMMEMBER <member>|FROMLONLAT <longitude> <latitude>) [FROMMEMBER <member>] (BYBOX <radius> <radius> <unit>|BYRADIUS <radius> <unit>) [BYRADIUS <radius> <unit>]
        GEOSEARCH <zset> FROMMEMBER <member> ASC WITHDIST
        GEOSEARCH <zset> BYRADIUS <radius> <unit> ASC WITHDIST
        GEOSEARCHSTORE <zset> <zset> FROMLONLAT <longitude> <latitude> BYRADIUS <radius> <unit> [COUNT <count>] [WITHDIST]
        GEOSEARCHSTORE <lex> <zset> FROMMEMBER <member> BYBOX <radius> <radius> <unit> [ASC|DESC] STOREDIST
        GEOSEARCHSTORE <lex> <zset> FROMMEMBER <member> BYRADIUS <radius> <unit> [COUNT <count>] STOREDIST
        ZRANGE <zset> 0 -1 WITHSCORES
        ZRANGE <lex> 0 -1 WITHSCORES
        SET <str> <value>
        SADD <set> <member>...
        DEL <key>...
        EXPIRE <key> <ttl>
        OBJECT ENCODING <key>
        """;
}
