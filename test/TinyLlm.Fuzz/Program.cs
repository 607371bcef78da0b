// Feeds damaged files to everything that reads files, and to llama.cpp behind it, in processes of their own:
//   dotnet run -c Release --project test/TinyLlm.Fuzz -- --seconds 60 --seed 1 [--target engine] [--jobs 2]
// One case again, in this process:
//   dotnet run -c Release --project test/TinyLlm.Fuzz -- --target engine --seed 1 --case 1234
using TinyLlm.Fuzz;

var options = FuzzOptions.Parse(args);
return options switch
{
    { IsWorker: true } => Worker.Run(options),
    { Case: not null } => Worker.RunOne(options),
    _ => new Supervisor(options).Run(Console.Out),
};
