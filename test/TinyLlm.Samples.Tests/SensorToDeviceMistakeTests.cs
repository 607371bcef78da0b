using System.Globalization;
using System.Text;
using TinyLlm.Samples.Tests.Samples;

namespace TinyLlm.Samples.Tests;

/// <summary>What the main sample says of files and options that are wrong: the place, what is wrong there, and what to do.</summary>
[TestClass]
public sealed class SensorToDeviceMistakeTests
{
    private const string Good = "a,b,label\n1,2,x\n2,1,y\n3,4,x\n4,3,y\n5,6,x\n6,5,y\n7,8,x\n8,7,y\n9,1,x\n1,9,y\n"
        + "2,9,x\n4,1,y\n6,2,x\n9,4,y\n";

    private static readonly string Rising = "patient,seconds,v,label\n" + string.Concat(
        Enumerable.Range(0, 40).Select(i => $"{i / 10},{i}.5,{i * 7 % 11}.{i},{(i * 7 % 11 > 5 ? "x" : "y")}\n"));

    [TestMethod]
    [DataRow("a,b,label\n1,2,x\n2,3,5,y\n", "rows.csv, row 2 (line 3) has 4 fields, and the header has 3 names. Is there a decimal comma")]
    [DataRow("a,b,label\n1,2,x\n\n2,y\n", "rows.csv, row 2 (line 4) has 2 fields, and the header has 3 names. Is the line cut off?")]
    [DataRow("a;label\n1,5;x\n2,5;y\n",
        "column 'a', row 1 (line 2): '1,5' is written with a decimal comma: write 1.5, or pass --decimal-comma")]
    [DataRow("a,label\n\"1.234,5\",x\n2,y\n", "column 'a', row 1 (line 2): '1.234,5' is written with a decimal comma: write 1234.5")]
    [DataRow("a;label\n1,234;x\n2;y\n",
        "column 'a', row 1 (line 2): '1,234' has a comma, for decimals or for thousands: write 1234, or pass")]
    [DataRow("a,label\n1,x\n2,y\nbroken,x\n4,y\n", "column 'a', row 3 (line 4): 'broken' is no number. Correct it, leave the cell empty")]
    [DataRow("a,label\n1,x\n2 °C,y\n3,x\n", "column 'a', row 2 (line 3): '2 °C' has a unit behind its number")]
    [DataRow("a,label\n1,x\n1e99,y\n3,x\n", "column 'a', row 2 (line 3): '1e99' is not finite, or beyond 3.4E+38")]
    [DataRow("a,b,label\n1,\"2,x\n3,4,y\n", "column 'b', row 1 (line 2): the quote is never closed. Close it")]
    [DataRow("a,b,label\n1,\"2,x\n3,\"4,y\n", "column 'b', row 1 (line 2): '4' stands behind the closing quote in line 3")]
    [DataRow("a,\"b,label\n1,2,x\n", "rows.csv, the header (line 1), field 2: the quote is never closed")]
    [DataRow("a,label\n1,\"x\ny\"\n2,y\n", "column 'label', row 1 (line 2): 'x⏎y' holds a line break. Is a quote missing")]
    [DataRow("a,a,label\n1,2,x\n", "rows.csv has two columns with the name 'a': rename one")]
    [DataRow("0,0.1,0.2\n1,2,3\n", "rows.csv has no header: its first line holds numbers, 0,0.1,0.2")]
    [DataRow("a,label\n", "rows.csv has no row below its header")]
    [DataRow("\n \n", "rows.csv is empty")]
    [DataRow("a,label\n1,x\n2,x\n", "rows.csv, column 'label' has one value only, 'x': two classes at least are expected")]
    [DataRow("a,label\n1,1.5\n5,2.5\n3,3.5\n4,1.25\n",
        "column 'label' has 4 different values in 4 rows, such as 1.5 and 2.5: classes are expected")]
    [DataRow("a,label\n1,x\n5,y\n3,x\n4,y\n2,x\n", "rows.csv gives 3 windows to learn from; 8 at least are expected")]
    [DataRow("a,label\n1,x\n5,y\n", "rows.csv has 2 rows of 2 labels: too few to keep a part to test on")]
    [DataRow("t,label\nq,x\nr,y\n", "rows.csv has no column of numbers to learn 'label' from: Left out: 't' holds text.")]
    [DataRow("t,label\n\"1,2,3\",x\n\"4,5,6\",y\n", "Left out: 't' holds several numbers in a cell: give each a column.")]
    [DataRow("a,b,label\n1,,x\n,2,y\n", "rows.csv has no row with a label and every value: column 'a' lacks 1 of 2")]
    [DataRow("a,b,label\n1,2,x,9\n2,1,y,8\n2,1,y,8\n",
        "neither row numbers stand in front nor a separator too many behind: name every column")]
    public void Run_WrongFile_NamesThePlaceAndTheRemedy(string content, string expected)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.PathOf("rows.csv"), content);
        StringAssert.Contains(Fail(folder, "--csv", "rows.csv"), expected);
    }

    [TestMethod]
    [DataRow("--csv nothing.csv", "There is no file nothing.csv.")]
    [DataRow("--csv .", ". is a folder; a CSV file is expected.")]
    [DataRow("--csv rows.csv --label room", "rows.csv has no column 'room'. It has: a, b, label")]
    [DataRow("--csv rows.csv --features c*", "rows.csv has no column like 'c*'. It has: a, b, label")]
    [DataRow("--csv rows.csv --features b..a", "--features b..a: 'b' stands behind 'a' in rows.csv; write a..b.")]
    [DataRow("--csv rows.csv --features a,a", "--features names 'a' twice.")]
    [DataRow("--csv rows.csv --features t", "rows.csv has no column 't'. It has: a, b, label")]
    [DataRow("--csv rows.csv --features label --label a", "rows.csv, column 'label', row 1 (line 2): 'x' is no number.")]
    [DataRow("--csv rows.csv --decimal-comma --features p --label label --test rows.csv", "no column 'p'")]
    [DataRow("--csv point.csv --decimal-comma", "'1.5' has a point where --decimal-comma expects a comma: write 1,5")]
    [DataRow("--csv one.csv --group trial", "There is one group only, '7', in one.csv, column 'trial': none can be held out.")]
    [DataRow("--csv rows.csv --hold-out Groups", "--hold-out Groups needs --group")]
    [DataRow("--csv rows.csv --test other.csv", "other.csv lacks the column b, which rows.csv has. It has: a, label.")]
    [DataRow("--csv rows.csv --test unknown.csv",
        "No 'label' of the rows to test on was learned: unknown.csv has q, and to learn from there are x, y.")]
    [DataRow("--csv rows.csv --test rows.csv", "14 of 14 test windows stand among the training windows, too, and nothing else is left")]
    [DataRow("--csv rows.csv --window 4",
        "rows.csv: no run of rows to learn from is as long as --window 4: the longest of 10 has 1 of 'label' x.")]
    [DataRow("--csv rows.csv --window 4", "Where devices alternate, name their column with --group; or choose a smaller --window.")]
    [DataRow("--csv rows.csv --window 4 --group a", "changes in its 'a', and at a row that lacks a value. Choose a smaller --window.")]
    [DataRow("--csv rows.csv --features [ab]* --window 2", "no column like '[ab]*'")]
    [DataRow("--csv wave.csv --features w_* --window 2", "A row has 2 samples of 'w', so it is a window by itself: leave out --window.")]
    [DataRow("--csv rows.csv --window 0 --bins 1 --width 100 --dropout 1",
        "--window is 0; at least 1 is expected; --bins is 1; 2 to 1000 are expected; --width is 100; a multiple of 64 up to "
        + "4096 is expected; --dropout is 1; 0 to below 1 is expected.")]
    [DataRow("--csv rows.csv --folder rows.csv", "--folder rows.csv is a file; a folder is expected.")]
    [DataRow("--csv rows.csv --group label", "--label and --group are both 'label'")]
    [DataRow("--csv rows.csv --width x", "x")]
    [DataRow("--csv rows.csv --colour red", "--colour")]
    public void Run_WrongOption_SaysWhichAndWhatInstead(string arguments, string expected)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.PathOf("rows.csv"), Good);
        File.WriteAllText(folder.PathOf("one.csv"), "a,trial,label\n1,7,x\n2,7,y\n3,7,x\n5,7,y\n");
        File.WriteAllText(folder.PathOf("other.csv"), "a,label\n1,x\n2,y\n");
        File.WriteAllText(folder.PathOf("unknown.csv"), "a,b,label\n11,12,q\n");
        File.WriteAllText(folder.PathOf("wave.csv"), "w_1,w_2,label\n1,2,x\n2,1,y\n3,1,x\n2,2,y\n");
        File.WriteAllText(folder.PathOf("point.csv"), "a;label\n1,5;x\n1.5;y\n2,5;x\n3;y\n");
        StringAssert.Contains(Fail(folder, arguments.Split(' ')), expected);
    }

    [TestMethod]
    [DataRow("504B030414000600", "rows.csv is a zip archive, as spreadsheets are, and no text: save it as CSV.")]
    [DataRow("1F8B0800000000", "rows.csv is compressed with gzip, and no text")]
    [DataRow("612C6C6162656C0A312C7800", "rows.csv holds the character U+0000, so it is no text")]
    [DataRow("612C6C6162656C0A312C81810A", "rows.csv is neither UTF-8 nor Windows-1252: byte 10 is 81. Save it as UTF-8.")]
    [DataRow("FFFE61002C006C00D8", "rows.csv is damaged at byte")]
    public void Run_NoText_IsRefused(string bytes, string expected)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.PathOf("rows.csv"), Convert.FromHexString(bytes));
        StringAssert.Contains(Fail(folder, "--csv", "rows.csv"), expected);
    }

    [TestMethod]
    public void Run_OtherSettingsThanTheInterruptedRun_SaysWhichWereWhat()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.PathOf("rows.csv"), Good);
        var checkpoints = folder.PathOf("sensor-to-device/checkpoints");
        string[] arguments = ["--csv", "rows.csv", "--layers", "1", "--width", "64", "--steps", "100000", "--bins", "8"];
        using (var run = SampleRun.Start(folder, "SensorToDevice", arguments))
        {
            run.WaitUntil(() => File.Exists(Path.Combine(checkpoints, "pre-training/checkpoint.gguf")));
            run.Signal("INT");
            Assert.AreEqual(130, run.End().Code);
        }

        arguments[^1] = "16";
        var said = Fail(folder, [.. arguments, "--seed", "2"]);
        StringAssert.Contains(said, "an interrupted run that was asked for something else: --bins was 8, is 16; --seed was 1, is 2.");
        StringAssert.Contains(said, "choose another --folder, or begin anew with --fresh.");
        File.AppendAllText(folder.PathOf("rows.csv"), "3,3,x\n");
        arguments[^1] = "8";
        StringAssert.Contains(Fail(folder, arguments), "the content of rows.csv is another.");
        arguments[7] = "2";
        StringAssert.Contains(SampleRun.Run(folder, "SensorToDevice", [.. arguments, "--lora-steps", "2", "--fresh"]), "altogether");
        Assert.IsFalse(Directory.Exists(checkpoints));
    }

    [TestMethod]
    public void Run_ClocksAndIds_AreNoChannelsUnlessNamed()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.PathOf("rows.csv"), Rising);
        var said = Run(folder, "--csv", "rows.csv");
        StringAssert.Contains(
            said, "Left out: 'patient' looks like an id (by its name); 'seconds' looks like a clock or a counter (it rises from row to "
            + "row). --features takes what you name.");
        StringAssert.Contains(said, "symbols of 1 channels");
        said = Run(folder, "--csv", "rows.csv", "--features", "patient..v");
        StringAssert.Contains(
            said, "warning: 'patient' looks like an id (by its name): a model that reads it learns the recording, not the sensors.");
        StringAssert.Contains(said, "warning: 'seconds' looks like a clock");
    }

    [TestMethod]
    public void Run_PointlessRun_Warns()
    {
        using var folder = new TemporaryFolder();
        // The label is a number and among the features; another column is a copy of it; a label of the test was never learned.
        string Rows(int from, int labels) => "a,copy,label\n" + string.Concat(
            Enumerable.Range(from, 60).Select(i => $"{i * 37 % 101},{10 + (i % labels)},{i % labels}\n"));
        File.WriteAllText(folder.PathOf("rows.csv"), Rows(0, 2));
        File.WriteAllText(folder.PathOf("test.csv"), Rows(1000, 3));
        var said = Run(folder, "--csv", "rows.csv", "--features", "a,copy,label", "--test", "test.csv");
        StringAssert.Contains(said, "warning: The label 'label' is among the features: the model reads the answer.");
        StringAssert.Contains(said, "warning: 'copy' tells 'label' by itself: each of its 2 values stands with one label only.");
        StringAssert.Contains(said, "warning: 'label' 2 stands in 20 of 60 windows to test on and was never learned");
        StringAssert.Contains(File.ReadAllText(folder.PathOf("sensor-to-device/rows.html")), "Warning: The label &#39;label&#39; is among");
    }

    [TestMethod]
    public void Run_RowsThatAreTestedOn_AreLeftOutOfTraining()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.PathOf("rows.csv"), Good);
        File.WriteAllText(folder.PathOf("test.csv"), "a,b,label\n1,2,x\n2.5,1,y\n30,4,x\n");
        var said = Run(folder, "--csv", "rows.csv", "--test", "test.csv");
        StringAssert.Contains(
            said,
            "1 of 3 test windows stands among the training windows, too: 1 was left out of training (--allow-duplicates keeps them).");
        said = Run(folder, "--csv", "rows.csv", "--test", "test.csv", "--allow-duplicates");
        StringAssert.Contains(said, "too, and stayed there (--allow-duplicates): the accuracy is too good.");
    }

    [TestMethod]
    public void Run_WorseThanTheMajority_WarnsAndPraisesNothing()
    {
        using var folder = new TemporaryFolder();
        // What is tested on is labelled the other way round than what is learned.
        string Rows(int from, string low, string high) => "a,label\n" + string.Concat(
            Enumerable.Range(from, 200).Select(i => string.Create(
                CultureInfo.InvariantCulture, $"{i * 37 % 101 + (i / 1000.0)},{(i * 37 % 101 < 60 ? low : high)}\n")));
        File.WriteAllText(folder.PathOf("rows.csv"), Rows(0, "low", "high"));
        File.WriteAllText(folder.PathOf("test.csv"), Rows(5000, "high", "low"));
        var said = SampleRun.Run(
            folder, "SensorToDevice", "--csv", "rows.csv", "--test", "test.csv", "--layers", "1", "--width", "64", "--steps", "150",
            "--lora-steps", "60").ReplaceLineEndings(" ");
        StringAssert.Contains(said, "worse than always the same answer, majority class (low), on 4");
        Assert.DoesNotContain("On the device", said);
    }

    [TestMethod]
    [DataRow("utf-16", "")]
    [DataRow("utf-16LE without a mark", "rows.csv was read as UTF-16.")]
    [DataRow("latin1", "rows.csv is not UTF-8 and was read as Windows-1252 (Latin-1).")]
    [DataRow("utf-8 with a mark", "")]
    public void Run_Encodings_AreRecognised(string encoding, string expected)
    {
        using var folder = new TemporaryFolder();
        var text = Good.Replace("a,b,", "Wärme °C,b,");
        File.WriteAllBytes(folder.PathOf("rows.csv"), encoding switch
        {
            "utf-16" => [0xFE, 0xFF, .. Encoding.BigEndianUnicode.GetBytes(text)],
            "latin1" => Encoding.Latin1.GetBytes(text),
            "utf-8 with a mark" => [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(text)],
            _ => Encoding.Unicode.GetBytes(text),
        });
        StringAssert.Contains(Run(folder, "--csv", "rows.csv"), expected);
        StringAssert.Contains(File.ReadAllText(folder.PathOf("sensor-to-device/rows.html")), "W&#228;rme &#176;C");
    }

    [TestMethod]
    public void Run_EmptyCellsAndColumnsInAnotherOrder_AreReadAsTheyAreMeant()
    {
        using var folder = new TemporaryFolder();
        // b tells the label; as 0, or in the place of a, it would not. The first cell of a says nothing of the column.
        var train = "a,note,b,label\n,start,1,x\n" + string.Concat(
            Enumerable.Range(0, 40).Select(i => $"{500 + (i * 7 % 40)},7,{(i % 2 == 0 ? 100 + i : 900 + i)},{(i % 2 == 0 ? "x" : "y")}\n"));
        var test = "label;b;a\n" + string.Concat(
            Enumerable.Range(0, 9).Select(i => $"{(i % 2 == 0 ? "x" : "y")};{(i % 2 == 0 ? 100 + i : 900 + i)},5;{500 + i},5\n"))
            + "x;;501\nNA;3;4\n";
        File.WriteAllText(folder.PathOf("rows.csv"), train);
        File.WriteAllText(folder.PathOf("test.csv"), test);
        var said = Run(folder, "--csv", "rows.csv", "--test", "test.csv", "--decimal-comma", "--features", "a,b");
        StringAssert.Contains(
            said, "40 rows to learn from and 10 to test on, those of another file. Each row is a window. 2 rows lack a value");
        StringAssert.Matches(said, new(@"nearest neighbour +90\.0 % .*"));
    }

    [TestMethod]
    public void Run_DevicesThatAlternate_MakeWindowsOfEach()
    {
        using var folder = new TemporaryFolder();
        var rows = "device,v,label\n" + string.Concat(Enumerable.Range(0, 240).Select(
            i => $"{"pqr"[i % 3]},{(i % 3) + (i * 31 % 17)}.{i},{(i / 60 % 2 == 0 ? "on" : "off")}\n"));
        File.WriteAllText(folder.PathOf("rows.csv"), rows);
        var said = Run(folder, "--csv", "rows.csv", "--window", "4", "--hop", "4", "--group", "device");
        // Each device has four runs of 20 rows, so five windows of each.
        StringAssert.Contains(said, "160 rows to learn from and 80 to test on, those of device r. In windows of 4 rows, one every 4");
        StringAssert.Contains(said, "40 and 20 windows.");
    }

    [TestMethod]
    public void Run_NumbersAndAWave_StandInOneWindow()
    {
        using var folder = new TemporaryFolder();
        var rows = "rr_before,ecg_0,ecg_1,ecg_2,rr_after,label\n" + string.Concat(Enumerable.Range(0, 40).Select(
            i => $"{800 + (i * 13 % 70)},{i % 5},{i % 7},{i % 3},{900 - (i * 17 % 50)},{(i % 3 == 0 ? "early" : "other")}\n"));
        File.WriteAllText(folder.PathOf("rows.csv"), rows);
        var said = Run(folder, "--csv", "rows.csv", "--features", "rr_before,rr_after,ecg_*");
        StringAssert.Contains(said, "symbols of 3 channels");
        StringAssert.Contains(said, "Tokens per window 5.0");
        StringAssert.Contains(File.ReadAllText(folder.PathOf("sensor-to-device/rows.html")), "rr_before, rr_after, ecg (3 samples)");
    }

    // What it says without the line breaks of a terminal.
    private static string Run(TemporaryFolder folder, params string[] arguments) => SampleRun.Run(
        folder, "SensorToDevice", [.. arguments, "--layers", "1", "--width", "64", "--steps", "2", "--lora-steps", "2"])
        .ReplaceLineEndings(" ");

    private static string Fail(TemporaryFolder folder, params string[] arguments)
    {
        using var run = SampleRun.Start(folder, "SensorToDevice", arguments);
        var (code, errors) = run.End();
        Assert.AreEqual(1, code, run.Output);
        Assert.DoesNotContain("   at ", errors, "A message, not a stack trace.");
        Assert.DoesNotContain("Exception", errors, "A message for a person.");
        return errors;
    }
}
