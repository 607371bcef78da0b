using System.Globalization;
using TinyLlm.Gguf;
using TinyLlm.Transforms;

namespace TinyLlm.Benchmarks;

/// <summary>
/// Counts the tokens that a window costs in each form of sensor text, in GPT-2's vocabulary and in one trained on the texts.
/// </summary>
internal static class SensorTokens
{
    private static readonly string[] Rfid = ["x", "y", "z"];
    private static readonly string[] Gesture = ["proximity", "red", "green", "blue"];
    private static readonly string[] Wifi = [.. Enumerable.Range(1, 7).Select(i => $"ap{i}")];

    /// <summary>Runs with the folder of the public data sets.</summary>
    public static void Run(string[] arguments)
    {
        if (arguments is not [var data])
            throw new ArgumentException("sensor-tokens takes one argument, the folder of the data sets.");
        var gpt2 = new BytePairTokenizer(
            ModelVocabulary.Load(Path.Combine(data, "tok-gpt2/openai/encoder.json"), Path.Combine(data, "tok-gpt2/openai/vocab.bpe")));
        var gesture = Rows(Path.Combine(data, "tinyllm-gesture/derived/give_train.csv"), skip: 1).Select(row =>
        {
            var window = new float[row.Length - 1];
            SensorWindower.FromWide(row.AsSpan(1), Gesture.Length, window);
            return window;
        }).ToArray();
        Report("gesture, 4 × 50", gesture, Gesture, 0, gpt2);

        var wifi = Rows(Directory.GetFiles(Path.Combine(data, "wifi-rooms/derived"), "*train*").Single(), skip: 1).Select(
            row => row[..Wifi.Length]).ToArray();
        Report("wifi-rooms, 7 × 1", wifi, Wifi, 0, gpt2);

        var rows = Directory.GetFiles(Path.Combine(data, "older-people-rfid/S1_Dataset"), "d*").Order(StringComparer.Ordinal)
            .SelectMany(
                file => Rows(file, skip: 0).Select(
                row => new SensorRow<string, float>(file, row[0], row.AsMemory(1, Rfid.Length), row[8])));
        var rfid = SensorWindower.Cut(rows, Rfid.Length, new SensorWindowOptions { Length = 50, Hop = 25 }).Select(
            window => window.Values.ToArray()).ToArray();
        Report("older-people-rfid, 3 × 50", rfid, Rfid, 4, gpt2);
    }

    private static void Report(string name, float[][] windows, string[] channels, int decimals, BytePairTokenizer gpt2)
    {
        Console.WriteLine(
            $"{name}: {windows.Length} windows; tokens per window in GPT-2's vocabulary and in an own one of at most 2,048 tokens");
        var named = channels.Select(channel => new SensorChannel(channel, "", decimals)).ToArray();
        Count("decimals", new SensorTemplate(new SensorTemplateOptions { Channels = [.. named] }).Format, []);
        Count("mean, min, max, slope, frequency", new SensorTemplate(new SensorTemplateOptions
        {
            Channels = [.. named],
            Template = string.Join(
                '\n', channels.Select(
                c => $"{c} mean {{{c}.mean}} min {{{c}.min}} max {{{c}.max}} slope {{{c}.slope:2}} frequency {{{c}.frequency:2}}")),
        }).Format, []);
        foreach (var style in Enum.GetValues<SensorSymbolStyle>())
        {
            var bins = SensorBins.Fit(
                windows.Select(window => new ReadOnlyMemory<float>(window)),
                new SensorBinOptions { Channels = [.. channels], Symbols = style });
            foreach (var form in Enum.GetValues<SensorTextForm>())
                Count($"bins, {style}, {form}", bins.WithForm(form).Format, bins.WithForm(form).ReservedTokens);
        }

        void Count(string form, Func<ReadOnlySpan<float>, string> format, IEnumerable<string> reserved)
        {
            var texts = windows.Select(window => format(window)).ToArray();
            var own = new BytePairTokenizer(
                new BytePairTrainer(new BytePairTrainerOptions { VocabularySize = 2048, ReservedTokens = [.. reserved] }).Train(texts));
            Console.WriteLine(
                string.Create(
                CultureInfo.InvariantCulture,
                $"  {form,-34} {texts.Average(text => gpt2.CountTokens(text)),8:F1} {texts.Average(text => own.CountTokens(text)),8:F1}"));
        }
    }

    private static IEnumerable<float[]> Rows(string path, int skip) => File.ReadLines(path).Skip(skip)
        .Select(line =>
            line.Split(',', '\t').Select(
            field => float.TryParse(field, CultureInfo.InvariantCulture, out var value) ? value : float.NaN).ToArray());
}
