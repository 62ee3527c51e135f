using Errand.Fuzz;

// Counting code is woven into the assemblies before the first of their types is touched, so nothing here names one.
FuzzOptions? options = FuzzOptions.Parse(args, Console.Error);
if (options is null) return 2;
Instrumentation.Weave(AppContext.BaseDirectory);
return Campaign.Run(options, Console.Out);
