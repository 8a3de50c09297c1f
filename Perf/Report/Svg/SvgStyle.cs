namespace DragonflyFlow.Perf.Report.Svg;

/// <summary>The look of all drawings, in light and in dark. A drawing carries it with it, so that it looks the same alone and in a page.</summary>
internal static class SvgStyle
{
    /// <summary>Colours of series: distinguishable without red and green.</summary>
    public const int SeriesCount = 3;

    /// <summary>Steps of a heat map above zero.</summary>
    public const int HeatSteps = 5;

    /// <summary>Colours of the parts of a bar.</summary>
    public const int PartCount = 10;

    /// <summary>Variables, and classes that use them: ink, soft, rule, series s0-s2, heat h0-h5, parts p0-p9.</summary>
    public const string Css = """
        svg.figure{--ink:#1c2630;--soft:#5f6c7a;--rule:#dfe4ea;--paper:#ffffff;--s0:#0a7d72;--s1:#c8570a;--s2:#7a3fc4;--alarm:#c0262d;
        --h0:#e3f3f0;--h1:#fde8cd;--h2:#fbc98f;--h3:#f29a55;--h4:#d9642c;--h5:#a8321a;--hi:#1c2630;--lo:#ffffff}
        @media(prefers-color-scheme:dark){svg.figure{--ink:#e7ecf1;--soft:#9aa7b4;--rule:#323c47;--paper:#141a20;--s0:#3fc1b0;--s1:#f0914a;--s2:#b18af0;--alarm:#ff7a7a;
        --h0:#17352f;--h1:#4a3320;--h2:#74431f;--h3:#a5561f;--h4:#d56c28;--h5:#f59a5b;--hi:#e7ecf1;--lo:#1c1208}}
        svg.figure text{font:12px system-ui,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;fill:var(--ink)}
        svg.figure .soft{fill:var(--soft)}svg.figure .small{font-size:11px}svg.figure .tiny{font-size:10px}svg.figure .strong{font-weight:600}
        svg.figure .big{font-size:15px;font-weight:600}svg.figure .alarm{fill:var(--alarm)}
        svg.figure .rule{stroke:var(--rule);fill:none}svg.figure .axis{stroke:var(--soft);fill:none}svg.figure .dash{stroke:var(--soft);stroke-dasharray:4 4;fill:none}
        svg.figure .s0{fill:var(--s0)}svg.figure .s1{fill:var(--s1)}svg.figure .s2{fill:var(--s2)}
        svg.figure .l0,svg.figure .l1,svg.figure .l2{fill:none;stroke-width:2.25;stroke-linejoin:round}
        svg.figure .l0{stroke:var(--s0)}svg.figure .l1{stroke:var(--s1)}svg.figure .l2{stroke:var(--s2)}svg.figure .thin{stroke-width:1.25;stroke-dasharray:3 3}
        svg.figure .box{fill:var(--paper);stroke:var(--soft)}svg.figure .boxbad{fill:var(--paper);stroke:var(--alarm);stroke-width:2}
        svg.figure .bad{stroke:var(--alarm);stroke-width:2;fill:none}svg.figure .fine{stroke:var(--s0);stroke-width:2;fill:none}
        svg.figure .disc{fill:var(--soft)}svg.figure .discbad{fill:var(--alarm)}svg.figure .ondisc{fill:var(--paper)}
        svg.figure .h0{fill:var(--h0)}svg.figure .h1{fill:var(--h1)}svg.figure .h2{fill:var(--h2)}svg.figure .h3{fill:var(--h3)}svg.figure .h4{fill:var(--h4)}svg.figure .h5{fill:var(--h5)}
        svg.figure .dark{fill:var(--hi)}svg.figure .light{fill:var(--lo)}
        svg.figure .p0{fill:#4c78a8}svg.figure .p1{fill:#72b7d6}svg.figure .p2{fill:#3f9c8f}svg.figure .p3{fill:#8bc48a}svg.figure .p4{fill:#c9b03c}
        svg.figure .p5{fill:#eb9b4b}svg.figure .p6{fill:#d9634f}svg.figure .p7{fill:#b5527f}svg.figure .p8{fill:#8268b0}svg.figure .p9{fill:#8b8f98}
        """;
}
