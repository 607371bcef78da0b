// Structures cross to llama.cpp as they are; nothing is marshalled behind our back.
[assembly: System.Runtime.CompilerServices.DisableRuntimeMarshalling]
