namespace SensorToDevice.Csv;

/// <summary>The fields of one row.</summary>
/// <param name="Line">The line of the file that the row begins on, from 1.</param>
/// <param name="Fields">The fields, without quotes and the spaces around them.</param>
internal sealed record CsvRecord(int Line, string[] Fields);
