using System.Globalization;
using System.Net;
using System.Text;

namespace DragonflyFlow.Perf.Report.Svg;

/// <summary>Writes one drawing. Units are pixels of the drawing's own size; it grows and shrinks with the page. What a thing looks like is its class in <see cref="SvgStyle"/>.</summary>
internal sealed class SvgDrawing(int width, int height, string title)
{
    private readonly StringBuilder _body = new();

    /// <summary>Its width.</summary>
    public int Width => width;

    /// <summary>Its height.</summary>
    public int Height => height;

    /// <summary>A text, by default from <paramref name="x"/> to the right; <paramref name="anchor"/> is start, middle or end.</summary>
    public void Text(double x, double y, string text, string looks = "", string anchor = "start") =>
        Element($"<text x=\"{N(x)}\" y=\"{N(y)}\" class=\"{looks}\" text-anchor=\"{anchor}\">{Escape(text)}</text>");

    /// <summary>A text that is read from below.</summary>
    public void Upright(double x, double y, string text, string looks = "") =>
        Element($"<text transform=\"translate({N(x)} {N(y)}) rotate(-90)\" class=\"{looks}\" text-anchor=\"middle\">{Escape(text)}</text>");

    /// <summary>A rectangle; <paramref name="told"/> is shown when one points at it.</summary>
    public void Box(double x, double y, double w, double h, string looks, string? told = null, double round = 0) =>
        Element($"<rect x=\"{N(x)}\" y=\"{N(y)}\" width=\"{N(Math.Max(0, w))}\" height=\"{N(h)}\" rx=\"{N(round)}\" class=\"{looks}\">{Told(told)}</rect>");

    /// <summary>A disc.</summary>
    public void Disc(double x, double y, double radius, string looks) =>
        Element($"<circle cx=\"{N(x)}\" cy=\"{N(y)}\" r=\"{N(radius)}\" class=\"{looks}\"/>");

    /// <summary>A straight line.</summary>
    public void Line(double x1, double y1, double x2, double y2, string looks = "rule") =>
        Element($"<line x1=\"{N(x1)}\" y1=\"{N(y1)}\" x2=\"{N(x2)}\" y2=\"{N(y2)}\" class=\"{looks}\"/>");

    /// <summary>A line through points.</summary>
    public void Path(IEnumerable<(double X, double Y)> points, string looks, string? told = null) =>
        Element($"<path d=\"M{string.Join('L', points.Select(point => $"{N(point.X)} {N(point.Y)}"))}\" class=\"{looks}\">{Told(told)}</path>");

    /// <summary>A path in SVG's own words.</summary>
    public void Curve(string path, string looks) => Element($"<path d=\"{path}\" class=\"{looks}\"/>");

    /// <summary>The drawing as a file or as a part of a page.</summary>
    public override string ToString() =>
        $"<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"figure\" viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{Escape(title)}\" style=\"width:100%;max-width:{width}px;height:auto\">\n"
        + $"<style>{SvgStyle.Css}</style>\n{_body}</svg>\n";

    /// <summary>A number as SVG reads it.</summary>
    public static string N(double number) => number.ToString("0.##", CultureInfo.InvariantCulture);

    private static string Escape(string text) => WebUtility.HtmlEncode(text);

    private static string Told(string? told) => told is null ? string.Empty : $"<title>{Escape(told)}</title>";

    private void Element(string element) => _body.Append(element).Append('\n');
}
