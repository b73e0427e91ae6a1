using System.Globalization;

namespace Experiments.Calibration.Report;

internal static class Text
{
    internal static string Of(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
