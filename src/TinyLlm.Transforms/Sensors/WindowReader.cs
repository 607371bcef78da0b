using Microsoft.ML;
using Microsoft.ML.Data;

namespace TinyLlm.Transforms;

/// <summary>
/// Reads the window of the current row as <c>[samples, channels]</c>, or as it is where channels have numbers of samples of their own,
/// into memory of its own that the next reading uses again.
/// </summary>
internal sealed class WindowReader
{
    private readonly ValueGetter<VBuffer<float>> _getter;
    private readonly int _channelCount;
    private readonly float[] _row;
    private readonly float[] _window;
    private VBuffer<float> _buffer;

    public WindowReader(DataViewRow row, DataViewSchema.Column column, SensorTextOptions options)
    {
        _getter = row.GetGetter<VBuffer<float>>(column);
        _channelCount = options.ChannelCount;
        _row = new float[((VectorDataViewType)column.Type).Size];
        _window = options is { ChannelsFirst: true, Bins: null or { HasSampleCounts: false } } ? new float[_row.Length] : _row;
    }

    public ReadOnlyMemory<float> Next()
    {
        _getter(ref _buffer);
        _buffer.CopyTo(_row);
        if (_window != _row)
            SensorWindower.FromWide(_row, _channelCount, _window);
        return _window;
    }
}
