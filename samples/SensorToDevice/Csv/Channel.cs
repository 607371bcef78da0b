namespace SensorToDevice.Csv;

/// <summary>What a model is to see of a row under one name: a number, or a wave whose samples are columns.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Columns">The names of its columns.</param>
internal sealed record Channel(string Name, string[] Columns);
