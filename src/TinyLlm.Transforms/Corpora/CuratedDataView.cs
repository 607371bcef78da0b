using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace TinyLlm.Transforms;

/// <summary>
/// The rows whose text a curator keeps. One cursor reads the texts, ahead and on all processors; another follows it to the rows that stay.
/// </summary>
internal sealed class CuratedDataView(IDataView source, DataViewSchema.Column text, Func<CorpusCurator> createCurator) : IDataView
{
    public bool CanShuffle => false;

    public DataViewSchema Schema => source.Schema;

    public long? GetRowCount() => null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        ArgumentNullException.ThrowIfNull(columnsNeeded);
        return new Cursor(source.GetRowCursor(columnsNeeded), KeptRows().GetEnumerator());
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded)];

    // A document's name is the number of its row, by which reports and duplicates tell it.
    private IEnumerable<long> KeptRows() =>
        createCurator().Curate(Documents())
            .Select(document => long.Parse(document.Name.AsSpan("row ".Length), CultureInfo.InvariantCulture));

    private IEnumerable<CorpusDocument> Documents() => TextGetter.ReadAll(source, text, TextCuratingEstimator.Stage).Select(
        (value, row) => new CorpusDocument(string.Create(CultureInfo.InvariantCulture, $"row {row}"), value!));

    private sealed class Cursor(DataViewRowCursor input, IEnumerator<long> kept) : DataViewRowCursor
    {
        private long _inputRow = -1;
        private long _position = -1;
        private bool _isOver;

        public override DataViewSchema Schema => input.Schema;

        public override long Position => _isOver ? -1 : _position;

        public override long Batch => 0;

        public override bool MoveNext()
        {
            if (_isOver || !kept.MoveNext())
            {
                _isOver = true;
                return false;
            }

            for (; _inputRow < kept.Current; _inputRow++)
            {
                if (!input.MoveNext())
                    throw new InvalidOperationException(
                        $"Row {kept.Current} was not there when the rows were read a second time: "
                        + "the source must give the same rows each time.");
            }

            _position++;
            return true;
        }

        public override bool IsColumnActive(DataViewSchema.Column column) => input.IsColumnActive(column);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => input.GetGetter<TValue>(column);

        public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                kept.Dispose();
                input.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
