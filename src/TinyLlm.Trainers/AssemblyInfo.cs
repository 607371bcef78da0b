// Kernels write before they read; clearing their locals would cost more than some of them do.
[module: System.Runtime.CompilerServices.SkipLocalsInit]
