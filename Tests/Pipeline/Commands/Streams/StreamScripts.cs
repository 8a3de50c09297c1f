namespace DragonflyFlow.Tests.Pipeline.Commands.Streams;

/// <summary>Lines for both stores. Ids are given: those of the clock differ.</summary>
internal static class StreamScripts
{
    internal const string Errors = """
        SET str v
        XADD s 1-1 f v
        XGROUP CREATE s g 0
        XADD
        XADD s *
        XADD s * f
        XADD s 5-5 f v g
        XADD str 1-1 f v
        XADD s 0-0 f v
        XADD none 0-0 f v
        XADD none 0 f v
        XADD s 1-1 f v
        XADD s 1-0 f v
        XADD s 0-* f v
        XADD s x f v
        XADD s 1-x f v
        XADD s - f v
        XADD s + f v
        XADD s 1-2-3 f v
        XADD s 1-** f v
        XADD s -* f v
        XADD s 18446744073709551616-0 f v
        XADD s 1-18446744073709551616 f v
        XADD s MAXLEN f v
        XADD s MAXLEN x 9-9 f v
        XADD s MAXLEN -1 9-9 f v
        XADD s MAXLEN ~ x 9-9 f v
        XADD s MINID x 9-9 f v
        XADD s MINID - 9-9 f v
        XADD s MAXLEN 1 MINID 1 9-9 f v
        XADD s MAXLEN 1 LIMIT 1 9-9 f v
        XADD s MAXLEN = 1 LIMIT 1 9-9 f v
        XADD s MAXLEN ~ 1 LIMIT -1 9-9 f v
        XADD s MAXLEN ~ 1 LIMIT x 9-9 f v
        XADD s LIMIT 1 9-9 f v
        XADD s LIMIT 0 9-9 f v
        XADD none NOMKSTREAM 1-1 f v
        XADD none NOMKSTREAM NOMKSTREAM 1-* f v
        XTRIM s MAXLEN
        XTRIM s MAXLEN x
        XTRIM s MAXLEN -1
        XTRIM s MAXLEN 1 MINID 1
        XTRIM s LIMIT 1 MAXLEN 1
        XTRIM s LIMIT 1
        XTRIM s LIMIT 0
        XTRIM s FOO 1
        XTRIM str MAXLEN 1
        XTRIM none MAXLEN 1
        XTRIM s MAXLEN 10 LIMIT 0
        XDEL s x
        XDEL none x
        XDEL str 1-1
        XDEL s -
        XLEN str
        XLEN
        XRANGE s x +
        XRANGE s - x
        XRANGE s ( +
        XRANGE s (- +
        XRANGE s (18446744073709551615-18446744073709551615 +
        XRANGE s - (0-0
        XRANGE s - + COUNT
        XRANGE s - + COUNT x
        XRANGE s - + FOO 1
        XRANGE str - +
        XRANGE none - +
        XRANGE s - + COUNT 0
        XRANGE s - + COUNT -1
        XRANGE none - + COUNT 0
        XREVRANGE s - +
        XREVRANGE s x -
        XREAD COUNT 1
        XREAD STREAMS s
        XREAD STREAMS s >
        XREAD STREAMS s x
        XREAD STREAMS s -
        XREAD STREAMS str 0
        XREAD STREAMS none 0
        XREAD STREAMS s $
        XREAD COUNT x STREAMS s 0
        XREAD BLOCK x STREAMS s 0
        XREAD BLOCK -1 STREAMS s 0
        XREAD FOO STREAMS s 0
        XREAD NOACK STREAMS s 0
        XREAD GROUP g c STREAMS s 0
        XREAD COUNT 1 STREAMS
        XREADGROUP GROUP g c STREAMS s
        XREADGROUP GROUP g c STREAMS s $
        XREADGROUP GROUP g c STREAMS s x
        XREADGROUP GROUP none c STREAMS s >
        XREADGROUP GROUP g c STREAMS none >
        XREADGROUP GROUP g c STREAMS str >
        XREADGROUP COUNT 1 BLOCK 1 STREAMS s >
        XREADGROUP GROUP g c COUNT x STREAMS s >
        XACK s g x
        XACK s none x
        XACK none g x
        XACK str g 1-1
        XACK s g
        XCLAIM s g c x 1-1
        XCLAIM s none c 0 1-1
        XCLAIM none g c 0 1-1
        XCLAIM str g c 0 1-1
        XCLAIM s g c 0 x
        XCLAIM s g c 0 1-1 FOO
        XCLAIM s g c 0 1-1 IDLE
        XCLAIM s g c 0 1-1 IDLE x
        XCLAIM s g c 0 1-1 TIME x
        XCLAIM s g c 0 1-1 RETRYCOUNT x
        XCLAIM s g c 0 1-1 LASTID x
        XCLAIM s g c 0 FORCE
        XAUTOCLAIM s g c x 0
        XAUTOCLAIM s g c 0 x
        XAUTOCLAIM s g c 0 0 COUNT
        XAUTOCLAIM s g c 0 0 COUNT 0
        XAUTOCLAIM s g c 0 0 COUNT x
        XAUTOCLAIM s g c 0 0 COUNT 9223372036854775807
        XAUTOCLAIM s g c 0 0 FOO
        XAUTOCLAIM s none c 0 0
        XAUTOCLAIM none g c 0 0
        XAUTOCLAIM str g c 0 0
        XPENDING s
        XPENDING s none
        XPENDING none g
        XPENDING str g
        XPENDING s g -
        XPENDING s g - +
        XPENDING s g - + x
        XPENDING s g x + 1
        XPENDING s g - x 1
        XPENDING s g - (0 1
        XPENDING s g IDLE x - + 1
        XPENDING s g IDLE 1 - +
        XPENDING s g IDLE 1 - + 1 c d
        XGROUP
        XGROUP CREATE s
        XGROUP CREATE s g
        XGROUP CREATE s g 0
        XGROUP CREATE s h x
        XGROUP CREATE s h -
        XGROUP CREATE s h 0 FOO
        XGROUP CREATE s h 0 ENTRIESREAD
        XGROUP CREATE s h 0 ENTRIESREAD x
        XGROUP CREATE s h 0 ENTRIESREAD -2
        XGROUP CREATE none h 0
        XGROUP CREATE str h 0 MKSTREAM
        XGROUP SETID s none 0
        XGROUP SETID none g 0
        XGROUP SETID s g x
        XGROUP SETID s g 0 MKSTREAM
        XGROUP SETID s g 0 ENTRIESREAD -5
        XGROUP DESTROY none g
        XGROUP DESTROY str g
        XGROUP DESTROY s none
        XGROUP CREATECONSUMER s none c
        XGROUP CREATECONSUMER none g c
        XGROUP CREATECONSUMER s g
        XGROUP DELCONSUMER s none c
        XGROUP DELCONSUMER s g none
        XGROUP FOO s g
        XINFO
        XINFO STREAM none
        XINFO STREAM str
        XINFO STREAM s FOO
        XINFO STREAM s FULL COUNT
        XINFO STREAM s FULL COUNT x
        XINFO STREAM s FULL FOO 1
        XINFO GROUPS none
        XINFO GROUPS str
        XINFO CONSUMERS s none
        XINFO CONSUMERS none g
        XINFO FOO s
        XSETID s x
        XSETID none 1-1
        XSETID str 1-1
        XSETID s 0-1
        XSETID s 9-9 ENTRIESADDED -1
        XSETID s 9-9 ENTRIESADDED x
        XSETID s 9-9 ENTRIESADDED 0
        XSETID s 9-9 MAXDELETEDID 10-0
        XSETID s 9-9 MAXDELETEDID x
        XSETID s 9-9 FOO 1
        XSETID s 9-9 ENTRIESADDED
        XDEL s 1-1
        XADD s 18446744073709551615-18446744073709551615 f v
        XADD s * f v
        XADD s 18446744073709551615-* f v
        LPUSH s x
        GET s
        """;

    internal const string Semantics = """
        DEL s t u v n
        XADD s 1-1 a 1 b two
        XADD s 1-* a -70000 b ''
        XADD s 2 a 9223372036854775807 b x
        XADD s +3-01 c 3
        XADD s 4-0 a 5000000000 b 4
        XLEN s
        XRANGE s - +
        XRANGE s 1 1
        XRANGE s 1-2 3
        XRANGE s (1-1 (4-0
        XRANGE s 5 +
        XREVRANGE s + -
        XREVRANGE s 3 1-2 COUNT 2
        XREVRANGE s (4-0 (1-1
        XREAD COUNT 2 STREAMS s t 0 0
        XREAD STREAMS s 3-1
        XREAD STREAMS s $
        XDEL s 1-2 9-9
        XRANGE s - +
        XTRIM s MINID 2
        XTRIM s MAXLEN = 2
        XTRIM s MAXLEN ~ 1
        XRANGE s - +
        XADD s MAXLEN 2 5-0 a 6 b 7
        XRANGE s - +
        XADD s MINID 5-0 6-0 a 8 b 9
        XLEN s
        XSETID s 10-0 ENTRIESADDED 20 MAXDELETEDID 3-0
        XADD s 10-* f v
        XGROUP CREATE s g 0
        XGROUP CREATE s h $ ENTRIESREAD 3
        XGROUP CREATE t g $ MKSTREAM
        XLEN t
        XINFO GROUPS s
        XREADGROUP GROUP g c COUNT 1 STREAMS s t > >
        XREADGROUP GROUP g d COUNT 1 STREAMS s >
        XREADGROUP GROUP g e NOACK COUNT 1 STREAMS s >
        XREADGROUP GROUP g c STREAMS s 0
        XREADGROUP GROUP g c COUNT 1 STREAMS s t 0 0
        XPENDING s g
        XACK s g 5-0 5-0 99-0
        XPENDING s g
        XINFO GROUPS s
        XGROUP SETID s g 0
        XREADGROUP GROUP g c STREAMS s >
        XPENDING s g
        XDEL s 6-0
        XREADGROUP GROUP g c STREAMS s 0
        XCLAIM s g d 0 6-0 10-1 77-0
        XCLAIM s g d 0 10-1 JUSTID
        XCLAIM s g d 1000000 10-1 JUSTID
        XCLAIM s g d 0 10-1 5-0 FORCE RETRYCOUNT 7 IDLE 1000 LASTID 12-0
        XINFO GROUPS s
        XPENDING s g
        XADD s 13-0 f v
        XADD s 14-0 f v
        XADD s 15-0 f v
        XREADGROUP GROUP g c STREAMS s >
        XDEL s 14-0
        XAUTOCLAIM s g e 0 0 COUNT 2
        XAUTOCLAIM s g e 0 (13-0 COUNT 1
        XAUTOCLAIM s g e 0 0 COUNT 10 JUSTID
        XAUTOCLAIM s g e 1000000 - COUNT 10
        XAUTOCLAIM s g e 0 99
        XPENDING s g
        XGROUP CREATECONSUMER s g f
        XGROUP CREATECONSUMER s g f
        XGROUP DELCONSUMER s g e
        XPENDING s g
        XINFO GROUPS s
        XGROUP DESTROY s h
        XGROUP DESTROY s h
        XTRIM s MAXLEN 0
        XLEN s
        XRANGE s - +
        XINFO GROUPS s
        EXISTS s
        TYPE s
        OBJECT ENCODING s
        COPY s u
        RENAME u v
        XINFO GROUPS v
        XADD n 1-1 f v
        XREAD BLOCK 1 STREAMS n $
        XREADGROUP GROUP g c BLOCK 1 STREAMS t >
        DEL s t u v n
        """;

    internal const string Filled = """
        XADD s 1-1 f v g 1
        XADD s 2-1 f v g 2
        XADD s 3-1 h v
        XADD s 4-1 f v g 4
        XDEL s 3-1
        XGROUP CREATE s g 0
        XGROUP CREATE s h 2-1
        XREADGROUP GROUP g c1 COUNT 2 STREAMS s >
        XREADGROUP GROUP g c2 STREAMS s >
        """;

    internal const string Events = """
        XADD s 1-1 f v
        XADD s MAXLEN 1 2-1 f v
        XGROUP CREATE s g 0
        XREADGROUP GROUP g c STREAMS s >
        XREADGROUP GROUP g c STREAMS s 0
        XGROUP CREATECONSUMER s g d
        XGROUP CREATECONSUMER s g d
        XCLAIM s g d 0 2-1
        XACK s g 2-1
        XGROUP SETID s g 0
        XSETID s 5-5
        XDEL s 2-1 9-9
        XDEL s 9-9
        XGROUP DELCONSUMER s g d
        XGROUP DELCONSUMER s g d
        XGROUP DESTROY s g
        XADD s 6-6 f v
        XTRIM s MAXLEN 0
        """;
}
