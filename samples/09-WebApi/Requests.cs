using Microsoft.AspNetCore.Diagnostics;

namespace WebApi;

/// <summary>Counts requests, and tells clients what was wrong with theirs.</summary>
internal static class Requests
{
    private static int _started;
    private static int _cancelled;

    /// <summary>Gets the counters, a line for each, as Prometheus reads them.</summary>
    public static string Counters => $"requests_total {_started}\nrequests_cancelled_total {_cancelled}\n";

    /// <summary>Gets what becomes of exceptions: 400 and no line in the log where the request was wrong, otherwise 500.</summary>
    public static ExceptionHandlerOptions Errors => new()
    {
        StatusCodeSelector = e => IsClientsFault(e) ? StatusCodes.Status400BadRequest : StatusCodes.Status500InternalServerError,
        SuppressDiagnosticsCallback = context => IsClientsFault(context.Exception),
    };

    /// <summary>Adds to the answer what was found and expected.</summary>
    public static void Explain(ProblemDetailsContext context)
    {
        if (context.Exception is { } e && IsClientsFault(e))
            context.ProblemDetails.Detail = (e.InnerException ?? e).Message;
    }

    /// <summary>Counts a request, and whether its client went away before the end.</summary>
    public static async Task CountAsync(HttpContext context, RequestDelegate next)
    {
        Interlocked.Increment(ref _started);
        try
        {
            await next(context);
        }
        finally
        {
            if (context.RequestAborted.IsCancellationRequested)
                Interlocked.Increment(ref _cancelled);
        }
    }

    // The library says what is wrong with a text or a setting by an ArgumentException,
    // the pipeline by an InvalidOperationException around one.
    private static bool IsClientsFault(Exception e) =>
        e is BadHttpRequestException or ArgumentException or InvalidOperationException { InnerException: ArgumentException };
}
