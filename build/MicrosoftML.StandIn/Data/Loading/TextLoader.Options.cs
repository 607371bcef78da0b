namespace Microsoft.ML.Data;

public sealed partial class TextLoader
{
    /// <summary>How lines become fields and fields become columns.</summary>
    public class Options
    {
        /// <summary>Whether fields may be put in quotes.</summary>
        public bool AllowQuoting;

        /// <summary>Whether lines may name the indices of their values.</summary>
        public bool AllowSparse;

        public Column[] Columns;

        /// <summary>The decimal point of numbers.</summary>
        public char DecimalMarker = '.';

        /// <summary>What stands before a quote inside quotes.</summary>
        public char EscapeChar = '"';

        public bool HasHeader;

        /// <summary>A file whose first line is the header of files without one.</summary>
        public string HeaderFile;

        /// <summary>The number of fields of a line; by default that of the first line.</summary>
        public int? InputSize;

        public long? MaxRows;

        /// <summary>Whether an empty field is NaN in Single and Double columns; otherwise it is 0.</summary>
        public bool MissingRealsAsNaNs;

        /// <summary>Whether a field in quotes may go over several lines.</summary>
        public bool ReadMultilines;

        public char[] Separators = ['\t'];

        /// <summary>Whether spaces at the end of lines are dropped.</summary>
        public bool TrimWhitespace;

        /// <summary>Whether several threads parse.</summary>
        public bool UseThreads = true;
    }

    /// <summary>A column, and the fields that it is made of.</summary>
    public sealed class Column
    {
        public string Name;
        public Range[] Source;
        public KeyCount KeyCount;

        public Column()
        {
        }

        public Column(string name, DataKind dataKind, int index)
            : this(name, dataKind, [new Range(index)])
        {
        }

        /// <summary>A vector of the fields from <paramref name="minIndex"/> to <paramref name="maxIndex"/>, both included.</summary>
        public Column(string name, DataKind dataKind, int minIndex, int maxIndex)
            : this(name, dataKind, [new Range(minIndex, maxIndex)])
        {
        }

        public Column(string name, DataKind dataKind, Range[] source, KeyCount keyCount = null)
        {
            ArgumentNullException.ThrowIfNull(name);
            ArgumentNullException.ThrowIfNull(source);
            (Name, DataKind, Source, KeyCount) = (name, dataKind, source, keyCount);
        }

        public DataKind DataKind { get; set; } = DataKind.Single;
    }

    /// <summary>Fields beside each other.</summary>
    public sealed class Range
    {
        public int Min;

        /// <summary>The last field, included; null means <see cref="Min"/> alone unless the range has an end of another kind.</summary>
        public int? Max;

        /// <summary>Whether the end is the last field of the first line.</summary>
        public bool AutoEnd;

        /// <summary>Whether the end is the last field of each line.</summary>
        public bool VariableEnd;

        /// <summary>Whether the range takes only those of its fields that no other range takes.</summary>
        public bool AllOther;

        /// <summary>Whether a single field makes a vector.</summary>
        public bool ForceVector;

        public Range()
        {
        }

        public Range(int index)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            Min = index;
            Max = index;
        }

        public Range(int min, int? max)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(min);
            if (max < min)
                throw new ArgumentOutOfRangeException(nameof(max), $"The last field {max} stands before the first, {min}.");
            Min = min;
            Max = max;
            ForceVector = true;
            AutoEnd = max is null;
        }
    }
}
