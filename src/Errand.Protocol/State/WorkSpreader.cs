namespace Errand.Protocol;

/// <summary>Does independent pieces of work, numbered from 0, and returns when all are done: one after the other, or on as many threads as the caller wants.</summary>
/// <remarks>This library knows no threads. A host gives <c>(count, work) => Parallel.For(0, count, work)</c>; the outcome is the same.</remarks>
public delegate void WorkSpreader(int count, Action<int> work);
